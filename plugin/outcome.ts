// Owns what a run takes from the process, and what it gives back.

/** The environment variables, given so that nothing below main.ts reads the process's own. */
export type Environment = Readonly<Record<string, string | undefined>>;

export type RunOutcome = {
  readonly stdout: string | Uint8Array;
  readonly stderr: string;
  readonly exitCode: number;
};
