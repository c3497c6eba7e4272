// Owns the quoting of texts in the errors of Go's time package, which differs from strconv's.

/** Bytes that are not printable ASCII as \x escapes. */
export function goTimeQuote(bytes: string): string {
  let out = '"';
  for (const byte of bytes) {
    const code = byte.charCodeAt(0);
    if (code >= 0x80 || code < 0x20) {
      out += `\\x${code.toString(16).padStart(2, '0')}`;
    } else {
      out += byte === '"' || byte === '\\' ? `\\${byte}` : byte;
    }
  }
  return `${out}"`;
}
