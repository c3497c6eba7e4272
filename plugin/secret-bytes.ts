// Owns SecretBytes: a secret value as bytes that no string conversion, JSON or inspection can print.
import { inspect } from 'node:util';

const redacted = '[redacted]';

/**
 * Bytes of a secret value, from the wire to base64 in `data`. A class for the one thing only a class
 * can do: keep the bytes in a `#private` field that `JSON`, `util.inspect`, spread and `Object.keys`
 * cannot reach. `reveal()` is the only way out; call it where the value is worked on, never to report.
 */
export class SecretBytes {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The value of a text as UTF-8. */
  static ofText(text: string): SecretBytes {
    return new SecretBytes(new TextEncoder().encode(text));
  }

  reveal(): Uint8Array {
    return this.#bytes;
  }

  get byteLength(): number {
    return this.#bytes.byteLength;
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }
}

// On the prototype and not in the class body: a computed member cannot stand there under isolatedDeclarations.
Object.defineProperty(SecretBytes.prototype, inspect.custom, { value: () => redacted });
