/**
 * `npm run lint:docs`: how long the sentences of the documents are. Many readers are not native speakers, so a document
 * averages 20 words a sentence at most, and no sentence has more than 35.
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";

const AVERAGE_MAX = 20;
const SENTENCE_MAX = 35;
const ROOT = new URL("../../", import.meta.url);

/** The sentences of a Markdown text: prose and the items of lists, without code, tables and headings. */
export function sentencesOf(markdown: string): readonly string[] {
  const prose = markdown
    .replaceAll(/^ *```[\s\S]*?^ *```/gm, "\n\n")
    .replaceAll(/^ {4,}(?![-*\d]).*$/gm, "\n\n")
    .replaceAll(/^ *(\||#|!\[).*$/gm, "\n\n")
    .replaceAll(/^ *([-*]|\d+\.) +/gm, "\n\n")
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll(/`[^`]*`/g, "code")
    .replaceAll(/\*\*|__/g, "");
  return prose
    .split(/\n\s*\n/)
    .flatMap((paragraph) => paragraph.replaceAll(/\s+/g, " ").split(/(?<=[.!?])[)"]? +(?=\S)/))
    .map((sentence) => sentence.trim())
    .filter((sentence) => wordsOf(sentence) > 0);
}

export function wordsOf(sentence: string): number {
  return sentence.split(/\s+/).filter((word) => /\p{L}|\p{N}/u.test(word)).length;
}

function documents(): readonly string[] {
  const below = readdirSync(new URL("docs", ROOT), { recursive: true, encoding: "utf8" });
  const docs = below.filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`);
  const top = readdirSync(ROOT).filter((name) => name.endsWith(".md"));
  return [...top, ...docs, "mock-outreach/README.md"].toSorted((a, b) => a.localeCompare(b));
}

function main(): void {
  const wrong: string[] = [];
  console.log("words a sentence: average  longest  document");
  for (const file of documents()) {
    const sentences = sentencesOf(readFileSync(new URL(file, ROOT), "utf8"));
    const lengths = sentences.map(wordsOf);
    const average = lengths.reduce((sum, words) => sum + words, 0) / Math.max(1, lengths.length);
    const longest = Math.max(0, ...lengths);
    console.log(`${average.toFixed(1).padStart(25)}${String(longest).padStart(9)}  ${file}`);
    if (average > AVERAGE_MAX) {
      wrong.push(`${file}: ${average.toFixed(1)} words a sentence; at most ${AVERAGE_MAX}`);
    }
    for (const [i, words] of lengths.entries()) {
      if (words > SENTENCE_MAX) wrong.push(`${file}: ${words} words: ${sentences[i]}`);
    }
  }
  for (const line of wrong) console.error(line);
  if (wrong.length > 0) process.exitCode = 1;
}

if (import.meta.main) main();
