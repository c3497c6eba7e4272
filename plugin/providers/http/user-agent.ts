// Owns the name under which services see this program.
import packageJson from '../../../package.json' with { type: 'json' };

/** For `User-Agent`, RFC 9110 10.1.5. */
export const userAgent: string = `${packageJson.name}/${packageJson.version}`;
