// Owns how ajv's errors become problems: one for each place, and none twice under two names.
import { isRecord } from '../k8s/object.ts';
import { errorMessage, fieldNames } from './message.ts';
import { nearestName } from '../nearest-name.ts';
import type { SchemaError, SchemaProblem } from './validator.ts';

type Path = SchemaProblem['path'];

/** All that is wrong in `value`: of several errors at one place the one that explains the others. */
export function foldErrors(
  errors: readonly SchemaError[],
  value: unknown,
): readonly SchemaProblem[] {
  const places = new Map<string, { readonly path: Path; readonly error: SchemaError }>();
  for (const error of errors) {
    if (isMisspelt(error, errors)) continue;
    const path = problemPath(error, value);
    const key = JSON.stringify(path);
    const known = places.get(key);
    if (known === undefined || rank(error) < rank(known.error)) places.set(key, { path, error });
  }
  return [...places.values()].map(({ path, error }) => ({
    path,
    message: errorMessage(error, { hidden: isSecretPlace(path) }),
  }));
}

/** A missing or unknown field is reported at the field, and not at the object that has it. */
function problemPath({ instancePath, params }: SchemaError, value: unknown): Path {
  const path = errorPath(instancePath, value);
  const { missingProperty, additionalProperty } = params;
  if (typeof missingProperty === 'string') return [...path, missingProperty];
  const isShown = typeof additionalProperty === 'string' && !isSecretPlace(path);
  return isShown ? [...path, additionalProperty] : path;
}

/** An ajv path, `/spec/data/0`, with indexes as numbers. */
function errorPath(instancePath: string, value: unknown): Path {
  const path: (string | number)[] = [];
  let current = value;
  for (const part of instancePath.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(current) ? Number(name) : name);
    if (Array.isArray(current)) current = current[Number(name)];
    else current = isRecord(current) ? current[name] : undefined;
  }
  return path;
}

const order = ['type', 'enum', 'minLength', 'maxLength', 'pattern'];

function rank({ keyword }: SchemaError): number {
  return order.includes(keyword) ? order.indexOf(keyword) : order.length;
}

/** Whether a missing field is there under a name so close to its own that this name is reported. */
function isMisspelt(error: SchemaError, errors: readonly SchemaError[]): boolean {
  if (error.keyword !== 'required') return false;
  return errors.some(
    ({ instancePath, keyword, params, parentSchema }) =>
      keyword === 'additionalProperties' &&
      instancePath === error.instancePath &&
      nearestName(String(params['additionalProperty']), fieldNames(parentSchema)) ===
        error.params['missingProperty'],
  );
}

/** The values of provider fake are secrets in the manifest itself: a key that is misplaced there may be one. */
function isSecretPlace(path: Path): boolean {
  return ['spec', 'provider', 'fake', 'data'].every((name, index) => path[index] === name);
}
