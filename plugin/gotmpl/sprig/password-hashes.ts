// Owns sprig's hashes of passwords: bcrypt and htpasswd.
import { createHash } from 'node:crypto';
import { encodeBase64, hashSync } from 'bcryptjs';
import { spend } from '../budget.ts';
import type { CallContext } from '../call-context.ts';
import { plainFailure } from '../errors.ts';
import { function1, function3, text, type Codec, type GoFunction } from '../functions.ts';

/** Go's bcrypt.DefaultCost: about a twentieth of a second. */
const cost = 10;
const hashSteps = 50_000;
const longestPassword = 72;

/** A type of its own in sprig: a constant of the template is one, a text of the dot is none. */
const hashAlgorithm: Codec<string> = {
  ...text,
  type: { name: 'sprig.HashAlgorithm', kind: 'string' },
};

export const passwordHashFunctions: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ['bcrypt', function1([text], text, bcrypt)],
  [
    'htpasswd',
    function3([text, text, hashAlgorithm], text, ([user, password, algorithm], context) =>
      htpasswd({ user, password, algorithm }, context),
    ),
  ],
]);

/** sprig gives an error as its result. */
function bcrypt(password: string, context: CallContext): string {
  if (password.length > longestPassword) {
    return 'failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes';
  }
  return hash(password, context);
}

type Login = { readonly user: string; readonly password: string; readonly algorithm: string };

function htpasswd({ user, password, algorithm }: Login, context: CallContext): string {
  if (user.includes(':')) return `invalid username: ${user}`;
  return algorithm === 'sha'
    ? `${user}:{SHA}${createHash('sha1').update(password, 'latin1').digest('base64')}`
    : `${user}:${bcrypt(password, context)}`;
}

/** In Go's spelling of the version; what comes of a password is the same. */
function hash(password: string, context: CallContext): string {
  spend(context, hashSteps);
  const salt = `$2b$${cost}$${encodeBase64(context.randomBytes(16), 16)}`;
  const bytes = Buffer.from(password, 'latin1');
  if (!Buffer.from(bytes.toString()).equals(bytes)) {
    throw plainFailure('a password that is not UTF-8 cannot be hashed here');
  }
  return hashSync(bytes.toString(), salt).replace('$2b$', '$2a$');
}
