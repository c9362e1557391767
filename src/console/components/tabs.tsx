/**
 * Pages that belong together.
 * @module
 */
interface TabsProps {
  readonly label: string;
  readonly base: string;
  readonly tabs: readonly (readonly [id: string, path: string, text: string])[];
  readonly tab: string;
  /** Counts that draw attention, by tab. */
  readonly counts?: Readonly<Record<string, number>>;
}

export function Tabs({ label, base, tabs, tab, counts = {} }: TabsProps) {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(([id, path, text]) => (
        <a href={base + path} aria-current={id === tab ? "page" : undefined}>
          {text}
          {(counts[id] ?? 0) > 0 && <span class="count">{counts[id]}</span>}
        </a>
      ))}
    </nav>
  );
}
