// Owns what the processors have done for the programs that a benchmark ran.
import { existsSync, readFileSync } from 'node:fs';

/** In milliseconds. Linux counts hundredths of seconds, user and system, of the children that have ended. */
export function childrenCpu(): number {
  if (!existsSync('/proc/self/stat')) return 0;
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return 10 * (Number(fields[13]) + Number(fields[14]));
}
