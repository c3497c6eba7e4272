// Owns the comparison with Go of ESO's own functions, and Go's check of what the engine makes at random.
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { esoFunctions } from '../../../plugin/gotmpl/eso/table.ts';
import { yamlFunctions } from '../../../plugin/gotmpl/eso/yaml-functions.ts';
import { sprigFunctions } from '../../../plugin/gotmpl/sprig/table.ts';
import { readYamlData } from '../../../plugin/yaml/read-data.ts';
import { answerOf, type Answer, type GoCase } from '../../unit/gotmpl/go-case.ts';
import { render } from '../../unit/gotmpl/eso/render.ts';
import { esoCase } from './eso-arbitrary.ts';
import { hasOpenssl, makeMaterial, passwords, type Material } from './key-material.ts';
import { askGo, buildOracle, hasGo } from './oracle.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const count = Number(process.env['CASES'] ?? 500);

const functions = new Map([...sprigFunctions, ...yamlFunctions(readYamlData), ...esoFunctions]);

describe.skipIf(!hasGo() || !hasOpenssl())(
  `ESO's functions against Go, seed ${seed} (skipped where no Go or no OpenSSL is installed)`,
  () => {
    let oracle = '';
    let material: Material;
    beforeAll(() => {
      oracle = buildOracle();
      material = makeMaterial();
    });

    test('keys, certificates and files as they are: output and error text', () => {
      const compared = compare(esoCase(material, { damage: false }));
      expect(compared.filter(({ go, ours }) => !isEqual(go, ours))).toEqual([]);
      expect(compared.filter(({ ours }) => !('error' in ours)).length).toBeGreaterThan(count / 4);
    });

    test('damaged ones: the same output, or an error in both', () => {
      const compared = compare(esoCase(material, { damage: true }));
      const different = compared.filter(
        ({ go, ours }) =>
          !isEqual(go, ours) && !(go !== undefined && 'error' in go && 'error' in ours),
      );
      expect(different).toEqual([]);
    });

    function compare(arbitrary: fc.Arbitrary<GoCase>): readonly Compared[] {
      const cases = fc.sample(arbitrary, { seed, numRuns: count });
      const answers = askGo(oracle, cases, 'sprig');
      return cases.map((goCase, i) => ({
        goCase,
        go: answers[i],
        ours: answerOf(goCase, functions),
      }));
    }

    test('Go reads the PKCS#12 files that are written', () => {
      const [cert = '', other = '', key = ''] = [
        material.certificates.get('leaf.crt'),
        material.certificates.get('inter.crt'),
        material.keys.get('p384.key'),
      ].map((bytes) => bytes?.toString('latin1'));
      for (const password of passwords) {
        const pass = Buffer.from(password).toString('latin1');
        const dot = { chain: cert + other, key, pass };
        const file = render('{{ fullPemToPkcs12Pass .chain .key .pass | b64dec }}', dot);
        expect(said('{{ pkcs12certPass .pass .file }}', { file, pass })).toBe(cert + other);
        expect(said('{{ pkcs12keyPass .pass .file }}', { file, pass })).toBe(key);
      }
    });

    test.each([
      '{{ genCA "an authority" 365 }}',
      '{{ genSelfSignedCert "app" (list "10.0.0.1" "::ffff:1.2.3.4" "2001:db8::1") (list "a.example" "*.b.example") 30 }}',
      '{{ genSelfSignedCert "Käse, + <x> @" nil nil 1 }}',
      '{{ genSelfSignedCert "" nil (list "a.example") 1 }}',
      '{{ genCAWithKey "x" 3 (genPrivateKey "ecdsa") }}',
      '{{ genSelfSignedCertWithKey "x" nil nil 3 (genPrivateKey "ed25519") }}',
      '{{ genCA "root" 9 | genSignedCert "x" nil (list "a.example") 3 }}',
      '{{ genSignedCertWithKey "x" (list "10.0.0.1") nil 3 (genCA "root" 9) (genPrivateKey "ecdsa") }}',
      '{{ genSignedCert "x" nil nil 3 (genCAWithKey "root" 9 (genPrivateKey "ed25519")) }}',
    ])('a certificate is made as Go makes it: %s', (template) => {
      const made = template.replace('{{', '{{ $c :=');
      const [cert = '', key = ''] = render(`${made}{{ $c.Cert }}#{{ $c.Key }}`).split('#');
      const describing = '{{ describe .cert | toJson }}';
      expect(said(describing, { cert })).toBe(said(`${made}{{ describe $c.Cert | toJson }}`, {}));
      expect(said('{{ keyPair .cert .key }}', { cert, key })).toBe('true');
    });

    test('a chain is verified by Go', () => {
      const template = `{{ $ca := genCA "my ca" 365 }}{{ $c := genSignedCert "app" nil (list "app.example") 30 $ca }}{{ $ca.Cert }}#{{ $c.Cert }}`;
      const [authority = '', cert = ''] = render(template).split('#');
      expect(said('{{ verifies .cert .authority }}', { cert, authority })).toBe('true');
    });

    test.each(['', 'a', 'pässword', 'x'.repeat(72), 'a\0b', '日本'])(
      'Go accepts the bcrypt hash of %j',
      (text) => {
        const password = Buffer.from(text).toString('latin1');
        const hash = render('{{ bcrypt .password }}', { password });
        expect(said('{{ bcryptMatches .hash .password }}', { hash, password })).toBe('true');
      },
    );

    /** What Go makes of a template over texts; its error where there is one. */
    function said(template: string, dot: Readonly<Record<string, string>>): string {
      const entries = Object.entries(dot).map(
        ([name, value]) => [name, Buffer.from(value, 'latin1').toString('base64')] as const,
      );
      const data = { 'map[string]string': Object.fromEntries(entries) };
      const [answer] = askGo(oracle, [{ template, data }], 'sprig');
      return answer !== undefined && 'output' in answer ? answer.output : JSON.stringify(answer);
    }
  },
);

type Compared = {
  readonly goCase: GoCase;
  readonly go: Answer | undefined;
  readonly ours: Answer;
};

function isEqual(go: Answer | undefined, ours: Answer): boolean {
  return JSON.stringify(go) === JSON.stringify(ours);
}
