// Owns telling a ResourceList from other input by its text, so that a plain stream never loads the YAML parser.

const kindEntry = /^(["']?)kind\1\s*:\s*(["']?)ResourceList\2\s*(?:\s#.*)?$/u;
const apiVersionEntry =
  /^(["']?)apiVersion\1\s*:\s*(["']?)config\.kubernetes\.io\/v1(?:beta1)?\2\s*(?:\s#.*)?$/u;

/** Byte order mark, comments, blank lines, directives and the marker in front of the first document. */
const preamble =
  /^\uFEFF?(?:[ \t]*(?:#.*|%.*)?\r?\n)*(?:---(?:[ \t]+#.*)?\r?\n(?:[ \t]*(?:#.*)?\r?\n)*|---[ \t]+)?/u;
const nextDocument = /^(?:---|\.\.\.)(?:\s|$)/mu;
/** A comment, a quoted scalar, a plain word (in which an apostrophe and a # mean nothing), or any other character. */
const flowToken = /\s#.*|"(?:[^"\\]|\\[^])*"|'(?:[^']|'')*'|[^\s{}[\],:"'#][^\s{}[\],]*|[^]/gu;

/**
 * Whether the input's first document is a ResourceList (KRM Functions Specification v1: `config.kubernetes.io/v1`,
 * and `v1beta1` before it): YAML in block or flow style, or JSON, its fields in any order.
 */
export function isResourceList(bytes: Uint8Array): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!buffer.includes('ResourceList') || !buffer.includes('config.kubernetes.io/v1')) return false;
  const text = buffer.toString();
  const first = text.slice(preamble.exec(text)?.[0].length).trimStart();
  const entries = first.startsWith('{') ? flowEntries(first) : blockEntries(first);
  return (
    entries.some((entry) => kindEntry.test(entry)) &&
    entries.some((entry) => apiVersionEntry.test(entry))
  );
}

/** The lines at column 0 of a block mapping: its own entries, without what is in them. */
function blockEntries(text: string): readonly string[] {
  const document = text.slice(0, nextDocument.exec(text)?.index);
  return document.split(/\r?\n/u).filter((line) => /^[\w"']/u.test(line));
}

/** The entries of a flow mapping, each without what is inside its brackets. */
function flowEntries(text: string): readonly string[] {
  const entries = [''];
  let depth = 0;
  for (const [token] of text.matchAll(flowToken)) {
    if (token === '}' || token === ']') depth -= 1;
    if (depth === 0 && token === '}') break;
    if (depth === 1) {
      if (token === ',') entries.push('');
      else if (!/^\s/u.test(token)) entries.push(`${entries.pop()}${token} `);
    }
    if (token === '{' || token === '[') depth += 1;
  }
  return entries.map((entry) => entry.trim());
}
