import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { describe, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

/** A row of the table in ARCHITECTURE.md. */
interface Row {
  /** Folders, with a slash at the end, and files. */
  readonly places: readonly string[];
  /** Null: everything below. */
  readonly mayUse: readonly string[] | null;
}

interface Arrow {
  readonly from: string;
  readonly to: string;
}

/** A place as the last column names it: below `src`, but for folders that stand beside it. */
function placeOf(name: string): string {
  if (name.endsWith(".ts")) return `src/${name}`;
  return name === "mock-outreach" ? `${name}/` : `src/${name}/`;
}

function quoted(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text);
}

function readTable(): readonly Row[] {
  const text = readFileSync(join(ROOT, "ARCHITECTURE.md"), "utf8");
  const [, table = ""] = text.split("| folder | what it knows | may use |\n|---|---|---|\n");
  const lines = table.split("\n\n", 1)[0]?.split("\n") ?? [];
  return lines.map((line) => {
    const [, places = "", , mayUse = ""] = line.split("|");
    const isAll = mayUse.trim() === "everything";
    return { places: quoted(places), mayUse: isAll ? null : quoted(mayUse).map(placeOf) };
  });
}

const IMPORT = /(?:\bfrom|\bimport)[\s(]*"(\.[^"]+)"/g;

/** Every import of one file of the project by another. */
function readArrows(): readonly Arrow[] {
  const files = ["src", "cli", "mock-outreach"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => `${folder}/${name}`),
  );
  return files.flatMap((from) =>
    [...readFileSync(join(ROOT, from), "utf8").matchAll(IMPORT)].map(([, to = ""]) => ({
      from,
      to: join(dirname(from), to),
    })),
  );
}

function holds(place: string, file: string): boolean {
  return place.endsWith("/") ? file.startsWith(place) : file === place;
}

const TABLE = readTable();
const ARROWS = readArrows();

/** The row of the innermost room that holds a file; -1 where none does. */
function rowOf(file: string): number {
  const lengths = TABLE.map(({ places }) =>
    Math.max(0, ...places.filter((place) => holds(place, file)).map((place) => place.length)),
  );
  const longest = Math.max(...lengths);
  return longest === 0 ? -1 : lengths.indexOf(longest);
}

describe("the table of ARCHITECTURE.md", () => {
  it("lists every file that imports or is imported", ({ expect }) => {
    expect(ARROWS.length).toBeGreaterThan(1_000);
    const files = ARROWS.flatMap(({ from, to }) => [from, to]);
    expect(files.filter((file) => rowOf(file) === -1)).toEqual([]);
  });

  it("names every arrow, and all of them point down", ({ expect }) => {
    const wrong = ARROWS.filter(({ from, to }) => {
      const [above, below] = [rowOf(from), rowOf(to)];
      // A file with a row of its own is in the room of its folder as well.
      if (above === below || TABLE[above]?.places.some((place) => holds(place, to))) return false;
      const mayUse = TABLE[above]?.mayUse;
      return above > below || mayUse?.some((place) => holds(place, to)) === false;
    });
    expect(wrong).toEqual([]);
  });

  it("allows nothing that is not used", ({ expect }) => {
    const idle = TABLE.flatMap(({ places, mayUse }, row) =>
      (mayUse ?? [])
        .filter((used) => !ARROWS.some(({ from, to }) => rowOf(from) === row && holds(used, to)))
        .map((used) => ({ places, used })),
    );
    expect(idle).toEqual([]);
  });
});

const ENGINE = readdirSync(join(ROOT, "src/engine"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => `src/engine/${name}`);

/** Whether a file of the engine decides, and does nothing. */
function isPure(file: string): boolean {
  return file.startsWith("src/engine/model/") || file.endsWith("-rules.ts");
}

describe("the engine", () => {
  it("has rules that import nothing but rules: no table, no port", ({ expect }) => {
    const pure = ENGINE.filter(isPure);
    expect(pure.length).toBeGreaterThan(30);
    expect(ARROWS.filter(({ from, to }) => pure.includes(from) && !isPure(to))).toEqual([]);
  });

  it("imports nothing of Cloudflare, and reads no clock and no chance of its own", ({ expect }) => {
    const outside = /from "cloudflare:|Date\.now\(|new Date\(\)|Math\.random\(|performance\.now\(/;
    const found = ENGINE.filter((file) => outside.test(readFileSync(join(ROOT, file), "utf8")));
    expect(found).toEqual([]);
  });

  it("has no circle of files", ({ expect }) => {
    const uses = new Map<string, readonly string[]>();
    for (const { from, to } of ARROWS) uses.set(from, [...(uses.get(from) ?? []), to]);
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, way: readonly string[]): void => {
      if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(" → "));
      if (way.includes(file) || done.has(file)) return;
      for (const next of uses.get(file) ?? []) visit(next, [...way, file]);
      done.add(file);
    };
    for (const file of ENGINE) visit(file, []);
    expect(circles).toEqual([]);
  });
});

describe("the ten questions of ARCHITECTURE.md", () => {
  it("are answered by files and names that exist", ({ expect }) => {
    const text = readFileSync(join(ROOT, "ARCHITECTURE.md"), "utf8");
    const [, table = ""] = text.split("| question | file | function or class |\n|---|---|---|\n");
    const answers = (table.split("\n\n", 1)[0] ?? "").split("\n").map(quoted);
    expect(answers).toHaveLength(10);
    for (const [file = "", name = ""] of answers) {
      const exported = new RegExp(`export (async )?(function|class|const) ${name}\\b`);
      expect(readFileSync(join(ROOT, file), "utf8"), `${file}: ${name}`).toMatch(exported);
    }
  });
});
