// Owns the contract of a generator: what it is given, and what it makes. Types only.
import type {
  Connection,
  RemoteRead,
  SelectRef,
  SpecProblem,
  StoreScope,
} from '../providers/provider.ts';
import type { SecretBytes } from '../secret-bytes.ts';
import type { RandomStream } from './random.ts';

export type Spec = Readonly<Record<string, unknown>>;

export type Generated =
  | {
      readonly ok: true;
      readonly map: ReadonlyMap<string, SecretBytes>;
      /** Why the next render gives other values; absent where it gives the same. */
      readonly volatile?: string;
    }
  | { readonly ok: false; readonly message: string };

/** What a generator works with, beside its spec. */
export type GeneratorInput = {
  /** The same bytes in every render of the same ExternalSecret, spec and seed. */
  readonly random: RandomStream;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** What {@link Generator.source} names, with the part of it that came along. */
  readonly fetched: SecretBytes | undefined;
  readonly part: SelectRef['part'];
};

export type GeneratorSource = {
  readonly connection: Connection;
  readonly read: RemoteRead;
  /** The generator's own, as a store has them. */
  readonly retrySettings?: { readonly maxRetries?: number; readonly retryInterval?: string };
};

/** One kind. Pure: all that is fetched is fetched before. */
export type Generator = {
  readonly kind: string;
  /** Whether it makes something random: then it needs the operator's seed. */
  readonly needsSeed: boolean;
  /** Why the operator has to allow its kind first: what it does in every render. Absent where it may always be used. */
  readonly guard?: string;
  /** What is wrong with a spec that its schema cannot say. Paths start below it. */
  readonly problems?: (spec: Spec) => readonly SpecProblem[];
  /**
   * What has to be read first. References are looked up in the ExternalSecret's namespace (ESO 1.6). Uses with equal
   * connections and reads share the answer; `use` is a text of no other one, for what is not to be shared.
   */
  readonly source?: (spec: Spec, scope: StoreScope, use: string) => GeneratorSource;
  /** The spec is valid against its schema, and has its defaults. */
  readonly generate: (spec: Spec, input: GeneratorInput) => Generated;
};
