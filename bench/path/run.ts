/**
 * `npm run trace:path`: the files, function calls and statements of one profile there and back, by room.
 * @module
 */
import { tracePath } from "./trace.ts";
import type { Path } from "./trace.ts";

const SHOWN_STATEMENTS = 100;

const traced = await tracePath();
console.log(roomsTable(traced));
console.log("\nStatements, most often first:\n");
for (const { sql, file, count } of traced.statements) {
  console.log(
    `  ${String(count).padStart(3)}  ${file.padEnd(36)}  ${sql.slice(0, SHOWN_STATEMENTS)}`,
  );
}
const engine = totals({ ...traced, files: traced.files.filter(isEngine) });
console.log(
  `\nOne profile there and back, the engine alone: ${engine.files} files, ${engine.calls} calls, ${engine.statements} statements.`,
);

function roomsTable({ files, statements }: Path): string {
  const rooms = [...new Set([...files, ...statements].map(({ file }) => roomOf(file)))].toSorted();
  const rows = rooms.map((room) => {
    const of = totals({
      files: files.filter(({ file }) => roomOf(file) === room),
      statements: statements.filter(({ file }) => roomOf(file) === room),
    });
    return [room, of.files, of.functions, of.calls, of.statements];
  });
  const all = totals({ files, statements });
  rows.push(["all", all.files, all.functions, all.calls, all.statements]);
  const lines = [["room", "files", "functions", "calls", "statements"], ...rows];
  return lines
    .map(([name, ...cells]) => {
      const right = cells.map((cell) => String(cell).padStart(11)).join("");
      return `  ${String(name).padEnd(22)}${right}`;
    })
    .join("\n");
}

function totals({ files, statements }: Path) {
  return {
    files: files.length,
    functions: sum(files.map((file) => file.functions)),
    calls: sum(files.map((file) => file.calls)),
    statements: sum(statements.map(({ count }) => count)),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

function isEngine({ file }: { readonly file: string }): boolean {
  return file.startsWith("engine/");
}

/** The innermost folder below `src`, and for the engine its room. */
function roomOf(file: string): string {
  const [first = "", second = ""] = file.split("/");
  return first === "engine" && file.split("/").length > 2 ? `${first}/${second}` : first;
}
