// Owns the types of a compiled schema, of its errors, and of the problems that they become.

/** What is wrong with one field. `message` says what is expected; it holds no value but that of an enum field. */
export type SchemaProblem = {
  readonly path: readonly (string | number)[];
  readonly message: string;
};

/** One broken keyword, as ajv reports it (`verbose`). */
export type SchemaError = {
  /** JSON pointer to the value. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** The schema that has the keyword. */
  readonly parentSchema: Readonly<Record<string, unknown>>;
  /** The value; never to be shown. */
  readonly data: unknown;
};

/** Made by scripts/compile-schemas.ts: checks a value, and fills in the defaults of its schema in place. */
export type Validator = {
  (value: unknown): boolean;
  readonly errors?: readonly SchemaError[] | null;
};
