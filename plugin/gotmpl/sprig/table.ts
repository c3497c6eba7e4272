// Owns the table of sprig's functions, without those that ESO leaves out: env, expandenv, getHostByName.
import type { FunctionMap, GoFunction } from '../functions.ts';
import { caseFunctions } from './case.ts';
import { cryptoFunctions } from './crypto.ts';
import { dateFunctions } from './dates.ts';
import { defaultFunctions } from './defaults.ts';
import { dictFunctions } from './dicts.ts';
import { encodingFunctions } from './encoding.ts';
import { jsonFunctions } from './json.ts';
import { listFunctions } from './lists.ts';
import { numberFunctions } from './numbers.ts';
import { pathFunctions } from './paths.ts';
import { randomFunctions } from './random.ts';
import { regexFunctions } from './regex.ts';
import { semverFunctions } from './semvers.ts';
import { stringFunctions } from './strings.ts';
import { urlFunctions } from './urls.ts';
import { wrapFunctions } from './wrap.ts';

/** sprig v3.3.0 as ESO 2.9 has it, but for what certificates.ts has: password hashes, keys, certificates. */
export const sprigFunctions: ReadonlyMap<string, GoFunction> & FunctionMap = new Map<
  string,
  GoFunction
>([
  ...stringFunctions,
  ...caseFunctions,
  ...wrapFunctions,
  ...encodingFunctions,
  ...defaultFunctions,
  ...listFunctions,
  ...dictFunctions,
  ...numberFunctions,
  ...jsonFunctions,
  ...pathFunctions,
  ...regexFunctions,
  ...urlFunctions,
  ...randomFunctions,
  ...cryptoFunctions,
  ...dateFunctions,
  ...semverFunctions,
]);
