/**
 * The calls that a sample profile would make.
 * @module
 */
import type { PreviewedCall } from "../../ingest/preview.ts";
import type { Preview, RowRemark } from "../preview.ts";
import { inCounted } from "../wording.ts";
import { Notice } from "./parts.tsx";

export function PreviewResult({ preview }: { preview: Preview }) {
  switch (preview.kind) {
    case "no_sample":
      return <p class="dim">Paste a profile to see at once the calls that it would make.</p>;
    case "invalid":
      return (
        <>
          <p class="error">Mend the rows that are marked; then the calls are shown here.</p>
          {preview.errors.map(({ pointer, detail }) => (
            <p class="error" data-of-row={pointer}>
              {detail}
            </p>
          ))}
        </>
      );
    case "refused":
      return <Notice tone="warn" title={preview.detail} />;
    case "calls":
      return <Calls {...preview} />;
  }
}

/** What is wrong, above the calls and at its row. */
function Remarks({ title, remarks }: { title: string; remarks: readonly RowRemark[] }) {
  return (
    <>
      {remarks.map(({ field, detail }) => (
        <>
          <Notice tone="warn" title={title}>
            <p>{detail}</p>
          </Notice>
          {field && (
            <p class="error" data-of-row={field}>
              {detail}
            </p>
          )}
        </>
      ))}
    </>
  );
}

function Calls(preview: Extract<Preview, { kind: "calls" }>) {
  const { calls, callsCount, rejected, leftOut, missing } = preview;
  return (
    <>
      <Remarks title="This profile would be rejected" remarks={rejected} />
      <Remarks title="This would be left out" remarks={leftOut} />
      {missing.map(({ field, detail }) => (
        <p class="hint" data-of-row={field}>
          {detail}
        </p>
      ))}
      {callsCount === 0 ? (
        <p class="dim">No call: the sample says nothing that is mapped, or was rejected.</p>
      ) : (
        <>
          <p>
            <strong>{inCounted(callsCount, "call")}</strong>. What Outreach is known to hold already
            takes none.
          </p>
          {calls.map((call) => (
            <CallCard call={call} />
          ))}
        </>
      )}
    </>
  );
}

function CallCard({ call }: { call: PreviewedCall }) {
  return (
    <div class="stack">
      <p class="mono">
        {call.method} {call.path}
      </p>
      <pre tabindex={0}>{JSON.stringify(call.body, null, 2)}</pre>
    </div>
  );
}
