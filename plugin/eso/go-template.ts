// Owns ESO's use of the template engine: Go's text/template with sprig's functions, over a dot of keys and texts.
import { TemplateError } from '../gotmpl/errors.ts';
import type { FunctionMap } from '../gotmpl/functions.ts';
import { esoFunctions } from '../gotmpl/eso/table.ts';
import { sprigFunctions } from '../gotmpl/sprig/table.ts';
import { execute, parseTemplate } from '../gotmpl/template.ts';
import { mapValue, stringMapType, stringValue, type Value } from '../gotmpl/values.ts';
import { toByteString } from '../gotmpl/utf8.ts';
import { SecretBytes } from '../secret-bytes.ts';
import type { SecretMap } from './keys.ts';
import { hasAction, type RenderText } from './text.ts';

/** A Secret holds 1 MiB at most, so no text of it needs more. */
const maxOutputBytes = 4 * 1024 * 1024;
const maxSteps = 5_000_000;

/** Functions of ESO's that are still missing, so that a template that calls one is told so. */
const notYet: ReadonlySet<string> = new Set(
  (
    'bcrypt htpasswd genPrivateKey genCA genCAWithKey genSelfSignedCert genSelfSignedCertWithKey genSignedCert ' +
    'genSignedCertWithKey buildCustomCert pkcs12key pkcs12keyPass pkcs12cert pkcs12certPass pemToPkcs12 pemToPkcs12Pass ' +
    'fullPemToPkcs12 fullPemToPkcs12Pass pemTruststoreToPKCS12 pemTruststoreToPKCS12Pass filterPEM filterCertChain ' +
    'certSANs jwkPublicKeyPem jwkPrivateKeyPem rsaDecrypt toYaml fromYaml'
  ).split(' '),
);

const functions: FunctionMap = new Map([...sprigFunctions, ...esoFunctions]);

/** ESO's engine v2 (ESO 5). The dot is a `map[string]string` of bytes. */
export const renderGoTemplate: RenderText = ({ name, text, missingKey }, dot) => {
  if (!hasAction(text)) return { ok: true, value: SecretBytes.ofText(text) };
  try {
    const template = parseTemplate({ name, text }, functions);
    const bytes = execute(template, dotValue(dot), { missingKey, maxOutputBytes, maxSteps });
    return { ok: true, value: new SecretBytes(bytes) };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return { ok: false, message: problemMessage(error) };
  }
};

function dotValue(dot: SecretMap): Value {
  const entries = [...dot].map(([key, value]): [string, Value] => [
    toByteString(key),
    stringValue(Buffer.from(value.reveal()).toString('latin1')),
  ]);
  return mapValue(new Map(entries), stringMapType);
}

function problemMessage(error: TemplateError): string {
  const unknown = error.place.unknownFunction;
  if (error.holdsValue)
    return `${error.message.trimEnd()} (the rest may quote a value, and is not shown)`;
  if (unknown === undefined) return error.message;
  const hint = notYet.has(unknown)
    ? 'it is not supported yet'
    : 'there is no function of this name';
  return `${error.message} (${hint})`;
}
