// Owns random calls of every function by its name, with arguments of every type: right ones and wrong ones.
import * as fc from 'fast-check';
import type { GoFunction } from '../../../plugin/gotmpl/functions.ts';

/** What is random, or depends on the time, or takes long; and what Go gives in no order. Tests of their own look at these. */
const unrepeatable = new Set(
  'now ago randAlpha randAlphaNum randAscii randBytes randInt randNumeric uuidv4 shuffle genCA genCAWithKey genPrivateKey genSelfSignedCert genSelfSignedCertWithKey genSignedCert genSignedCertWithKey bcrypt htpasswd encryptAES derivePassword keys values pemToPkcs12 pemToPkcs12Pass fullPemToPkcs12 fullPemToPkcs12Pass pemTruststoreToPKCS12 pemTruststoreToPKCS12Pass date dateInZone date_in_zone htmlDate htmlDateInZone durationRound'.split(
    ' ',
  ),
);

const builtins =
  'and or not eq ne lt le gt ge len index print printf println html js urlquery call'.split(' ');

const constants =
  'nil true false 0 1 -1 3 7 -3 100 1.5 -2.7 0.0 1e3 1e20 0x1f \'a\' 1i "" "a" "abc" "a,b,c" "A b-C_d" "3" "-4" "3.9" "010" "0x1F" "true" "no" "é☃😀" "1h30m" "-5s" "1.2.3" ">=1.0" "^1.2" "a-z]+" "(a)(b)?" "[" "$1" "2024-02-29" "2006-01-02" "http://u:p@h:1/p?q#f" "YWJj" "UTC" "Europe/Berlin" "int" "string" "0b11" "1_000" "9223372036854775808" "-9223372036854775809" "nan" "-inf" "+Inf" "1e400" ".5" "+5" "HTTPServer2Go" "straße" "/a/../b.txt" "2024-02-29T10:11:12Z" "v1.2" "~1.2||>3" "aGk" "MZXW6===" "4865zz" "$$" "${n}" "(?i)a" "(?P<n>b)" "<&>" "null" "t"'.split(
    ' ',
  );
const fields =
  '. .user .bytes .n .f .t .u .nil .empty .list .ss .m .ms .missing .m.a .m.b .m.z'.split(' ');
const computed = [
  '" x "',
  '"\u00a0x\u2003"',
  '"-----BEGIN X-----\\nYWJj\\n-----END X-----\\n"',
  String.raw`"\xc3\x28"`,
  String.raw`"line1\nline2\n"`,
  '"%d %s"',
  '`{"a":[1,null]}`',
  '"a: 1"',
  '(int64 5)',
  '(int "7")',
  '(float64 2)',
  '(list)',
  '(list 1 2 3)',
  '(list "b" "a" nil)',
  '(list 1.5 true "x")',
  '(list (list 1) (dict "a" 1))',
  '(until 3)',
  '(splitList "," "x,y")',
  '(dict)',
  '(dict "a" 1)',
  '(dict "a" (dict "b" "c"))',
  '(dict "a" nil "b" "" "c" (list))',
  '(dict "scheme" "http" "host" "h" "path" "/p")',
  '(fromJson `{"a":1.5,"b":[1,"x"],"c":null}`)',
  String.raw`(fromYaml "a: 1\nb: yes\nc: [x]\n")`,
  '(split "," "p,q")',
  '(semver "1.2.3-rc.1")',
  '(toDate "2006-01-02" "2024-02-29")',
  '(regexFindAll "x" "y" -1)',
  '(first (list))',
  '(toStrings (list 1 2))',
  '(chunk 2 (list 1 2 3))',
  '(fromJson "null")',
  '(fromJson "12345678901")',
  '(b64dec "/w==")',
  '(urlParse "http://a/b")',
];
const argument = fc.constantFrom(...constants, ...fields, ...computed);

/** What looks at a result in another way. Times under %d show an address. */
const after = fc.oneof(
  fc.constant(''),
  fc.constantFrom(
    ...'toJson typeOf kindOf quote len toYaml toString'.split(' ').map((name) => ` | ${name}`),
    ' | printf "%#v"',
    ' | printf "%T %v %+v %q"',
    ' | printf "%d %x"',
  ),
);

/** Mostly as many arguments as the function takes, the last one piped now and then. */
export function anyCall(functions: ReadonlyMap<string, GoFunction>): fc.Arbitrary<string> {
  const names = [...functions.keys(), ...builtins].filter((name) => !unrepeatable.has(name));
  return fc
    .constantFrom(...names)
    .chain((name) => {
      const { params, isVariadic } = functions.get(name) ?? { params: [0, 0], isVariadic: true };
      const least = isVariadic ? params.length - 1 : params.length;
      const most = isVariadic ? params.length + 2 : params.length;
      const fitting = fc.array(argument, { minLength: least, maxLength: most });
      const some = fc.array(argument, { maxLength: 4 });
      const args = fc.oneof({ weight: 5, arbitrary: fitting }, { weight: 1, arbitrary: some });
      return fc.tuple(fc.constant(name), args, fc.boolean(), after);
    })
    .map(([name, args, isPiped, then]) => {
      const [last, ...others] = args.toReversed();
      return isPiped && last !== undefined
        ? `{{ ${last} | ${[name, ...others].join(' ')}${then} }}`
        : `{{ ${[name, ...args].join(' ')}${then} }}`;
    })
    .filter((template) => !putsDotIntoItself(template));
}

/** What holds itself makes Go's stack overflow when it is printed, which no program survives. */
function putsDotIntoItself(template: string): boolean {
  return (
    /\b(?:set|(?:mustM|m)erge(?:Overwrite)?)\b.* \.m\b/.test(template) && /[ (]\. /.test(template)
  );
}
