// Owns when the functions that work with keys or certificates are loaded: only where a template names one of them.
import type { TemplateFunctions } from './templates.ts';

/** What stands in the name of each of them. */
const keyFunction = /pkcs12|pem|cert|jwk|rsaDecrypt|bcrypt|htpasswd|genCA|genPrivateKey/i;

/** What templates of these texts may call beside the functions that every template has. */
export async function functionsFor(texts: readonly string[]): Promise<TemplateFunctions> {
  return texts.some((text) => keyFunction.test(text)) ? keyFunctions() : new Map();
}

export async function keyFunctions(): Promise<TemplateFunctions> {
  return (await import('./gotmpl/eso/table.ts')).esoFunctions;
}
