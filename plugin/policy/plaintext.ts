// Owns the refusal to make Secrets for a host that writes them into files (docs/adr/0022).
import type { Plan } from '../eso/plan.ts';
import { findingAbout } from '../eso/subject.ts';
import { itemFile } from '../hosts/krm-annotations.ts';
import type { Result } from '../results.ts';

/** One finding for all Secrets that the plan would make; none where it would make none. */
export function plaintextProblems({ recipes }: Plan): readonly Result[] {
  const [first, ...others] = recipes
    .map(({ task }) => task)
    .filter(({ externalSecret }) => externalSecret.spec.target.creationPolicy !== 'None');
  if (first === undefined) return [];
  const path = itemFile(first.subject.manifest.value)?.path ?? 'a file of the package';
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return [
    findingAbout(first.subject, {
      code: 'PLAINTEXT',
      message: `its Secret${more} would be written in plaintext to ${path}, and from there find its way into git: give kpt "-o unwrap", so that it writes no file; where that is done and cannot be seen from here, or plaintext in files is meant, --allow-plaintext says so (in a functionConfig, allowPlaintext: true)`,
    }),
  ];
}
