// Tests the reading of certificates where Go is strict, and the names of subjects as Go prints them.
import { expect, test } from 'vitest';
import { oid, raw, sequence, set, toDer, utf8 } from '../../../../plugin/gotmpl/crypto/der.ts';
import { nameText, readName } from '../../../../plugin/gotmpl/crypto/distinguished-name.ts';
import { pemText } from '../../../../plugin/gotmpl/pem.ts';
import { render } from './render.ts';

test('an address of two bytes in a certificate is refused', () => {
  const made = render('{{ (genSelfSignedCert "app" (list "10.0.0.1") nil 1).Cert }}');
  const der = Buffer.from(made.replaceAll(/-----[^-]+-----|\n/g, ''), 'base64').toString('hex');
  const changed = der.replace('300687040a000001', '300687020a008200');
  expect(changed).not.toBe(der);
  const cert = pemText('CERTIFICATE', Buffer.from(changed, 'hex'));
  expect(() => render('{{ certSANs .cert }}', { cert })).toThrow(
    'x509: cannot parse IP address of length 2',
  );
});

test.each([
  { reason: 'one value', hex: '30020500' },
  { reason: 'an indefinite length, which a signed name may have', hex: '308005000000' },
])('a value made elsewhere is written as it was: $reason', ({ hex }) => {
  expect(Buffer.from(toDer(raw(Buffer.from(hex, 'hex')))).toString('hex')).toBe(hex);
});

test.each([
  { reason: 'more bytes behind', hex: '3002050000' },
  { reason: 'an element longer than what it is in', hex: '3007a0020403010203' },
  { reason: 'an element shorter than what it is in', hex: '3006a0040403010203' },
])('a value that would be written another way is refused: $reason', ({ hex }) => {
  expect(() => raw(Buffer.from(hex, 'hex'))).toThrow('bytes that are no DER');
});

const [cn, ou, country, mail] = ['2.5.4.3', '2.5.4.11', '2.5.4.6', '1.2.840.113549.1.9.1'];

test.each([
  { reason: 'no attribute', attributes: [], is: '' },
  {
    reason: 'the last first',
    attributes: [
      [country, 'DE'],
      [cn, 'a'],
    ],
    is: 'CN=a,C=DE',
  },
  {
    reason: 'in the order of their types',
    attributes: [
      [cn, 'a'],
      [country, 'DE'],
    ],
    is: 'CN=a,C=DE',
  },
  {
    reason: 'one type twice',
    attributes: [
      [ou, 'x'],
      [cn, 'a'],
      [ou, 'y'],
    ],
    is: 'CN=a,OU=x+OU=y',
  },
  {
    reason: 'signs of RFC 2253',
    attributes: [[cn, '#a,b+"c\\<d>;e= f ']],
    is: 'CN=\\#a\\,b\\+\\"c\\\\\\<d\\>\\;e= f\\ ',
  },
  {
    reason: 'a type without a name',
    attributes: [
      [cn, 'a'],
      [mail, 'x@y'],
    ],
    is: 'CN=a,1.2.840.113549.1.9.1=#0c03784079',
  },
  {
    reason: 'values that are empty',
    attributes: [
      [ou, ''],
      [cn, 'a'],
      [ou, 'b'],
      [cn, ''],
    ],
    is: 'OU=+OU=b',
  },
  { reason: 'letters of other scripts', attributes: [[cn, 'Käse']], is: 'CN=Käse' },
])('a subject as Go prints it: $reason', ({ attributes, is }) => {
  const parts = attributes.map(([id = '', value = '']) => set(sequence(oid(id), utf8(value))));
  const name = Buffer.concat(parts.map(toDer));
  expect(nameText(readName(name))).toBe(is);
});
