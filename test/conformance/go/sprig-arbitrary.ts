// Owns random calls of sprig's functions, with arguments that mostly suit them.
import * as fc from 'fast-check';
import { oldCharacter } from './template-arbitrary.ts';

function words(text: string): fc.Arbitrary<string> {
  return fc.constantFrom(...text.split(' '));
}

const anyText = fc.oneof(
  fc.string({ unit: oldCharacter, maxLength: 12 }).map((text) => JSON.stringify(text)),
  words(
    '"" "a" "aXbX" "a,b,,c" "HTTPServer2Go" "foo-bar_baz" "/a/../b.txt" "YWJj" "3.7" "0x1F" "-08"',
  ),
  fc.constantFrom('"  padded\\n"', '"ab cd  ef gh"', String.raw`"\xff\xfea b"`, '"ÀÉß ☃"', '.user'),
  fc.constantFrom('`{"a":[1,2.5,null,"<>"]}`', '"1e999"', '"[1,]"', '`"\\ud83d"`', '"tru"'),
);
const anyInt = words('0 1 2 3 5 8 -1 -2 -7 12');
const anyNumber = fc.oneof(
  anyInt,
  words('1.5 -2.5 0.1 1e21 1e-7 "3.9" "x" true .f .u .n (int64 4)'),
);
const anyList = fc.oneof(
  words('.list .ss (list)'),
  fc.constantFrom('(list 3 1 2)', '(list "b" nil "a" "b")', '(until 4)', '(splitList "," "b,a,c")'),
  fc.constantFrom('(list 1 "1" 1.0 1 nil 0 "")', '(list (list 1) (list 2))'),
);
const anyDict = fc.oneof(
  words('.m (dict)'),
  fc.constantFrom('(dict "a" 1)', '(dict "a" "" "b" (dict "c" 2))', '(dict "l" (list 1))'),
  fc.constantFrom('(dict "b" (dict "c" 5 "d" nil))', '(dict "l" (list) "a" nil)'),
  fc.constantFrom('(dict "a" (list 2) "l" "s")'),
);
const anything = fc.oneof(
  anyText,
  anyNumber,
  anyList,
  anyDict,
  words('nil true false .nil .t 1i .ms'),
);

function call(names: string, ...args: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(words(names), ...args).map((parts) => parts.join(' '));
}

const textCall = fc.oneof(
  call(
    'trim upper lower title untitle swapcase initials nospace camelcase snakecase kebabcase b64enc b64dec hexdec b32enc b32dec sha1sum sha256sum sha512sum adler32sum atoi base dir clean ext isAbs fromJson mustFromJson fail regexQuoteMeta',
    anyText,
  ),
  call(
    'trimAll trimPrefix trimSuffix contains hasPrefix hasSuffix splitList split regexMatch regexFind',
    anyText,
    anyText,
  ),
  call('replace regexReplaceAllLiteral', anyText, anyText, anyText),
  call('repeat indent nindent trunc wrap abbrev', anyInt, anyText),
  call('substr abbrevboth', anyInt, anyInt, anyText),
  call('wrapWith', anyInt, anyText, anyText),
  call('splitn', anyText, anyInt, anyText),
  call('plural', anyText, anyText, anyInt),
  call('regexFindAll regexSplit', words('"a" "[a-z]+" "" "(b|X)" "\\\\s*" "é|☃"'), anyText, anyInt),
  call(
    'regexReplaceAll',
    words('"(a)(b)?" "[a-z]" "" "(?P<n>.)"'),
    anyText,
    words('"$1" "${n}x" "$0-" "$$"'),
  ),
);

const numberCall = fc.oneof(
  call('int int64 float64 add1 add1f floor ceil toDecimal until seq', anyNumber),
  call('add sub mul div mod max min biggest addf subf mulf divf maxf minf', anyNumber, anyNumber),
  call('add mul max min addf subf mulf divf', anyNumber, anyNumber, anyNumber),
  call('round', anyNumber, fc.oneof(anyInt, words('25 64 -30'))),
  call('round', anyNumber, anyInt, words('0.5 0.9 .1')),
  call('untilStep seq', anyInt, anyInt, anyInt),
);

const collectionCall = fc.oneof(
  call('first last rest initial reverse compact uniq sortAlpha concat mustFirst mustRest', anyList),
  call('append prepend without has slice mustHas mustAppend', anyList, anything),
  call('has', anything, anyList),
  call('chunk', words('1 2 3 5 0 -1'), anyList),
  call('slice mustSlice', anyList, anyInt, anyInt),
  call('concat without', anyList, anyList),
  call('join', anyText, anything),
  call('get hasKey unset pick omit', anyDict, words('"a" "b" "c" "zz"')),
  call('merge mergeOverwrite mustMerge mustMergeOverwrite', anyDict, anyDict),
  call('merge mergeOverwrite', anyDict, anyDict, anyDict),
  call('set', anyDict, words('"a" "n"'), anyNumber),
  call('dig', words('"a" "b" "l"'), words('"c" "d"'), anything, anyDict),
  call('pluck', words('"a" "b"'), anyDict, anyDict),
);

const anyCall = fc.oneof(
  call(
    'quote squote cat toString toStrings empty coalesce all any typeOf kindOf deepCopy list tuple toJson mustToJson toPrettyJson toRawJson default hello',
    anything,
  ),
  call(
    'quote squote cat default coalesce all any typeIs kindIs deepEqual dict list',
    anything,
    anything,
  ),
  call('ternary', anything, anything, words('true false .t 1')),
);

const versions = words(
  '"1.2.3" "v1.2" "1.2.3-rc.1+b" "0.2.3" "0.0.3" "2.0.0-alpha.beta" "1" "x" "" "1.2.3.4" "10.20.30"',
);
const constraints = fc
  .array(words('>=1.2 <2 ~1.2 ^0.2 ^1 1.x * !=1.2.3 =v1.2 >0.0.0-0 , || - 1.4.5 x'), {
    maxLength: 4,
  })
  .map((parts) => JSON.stringify(parts.join(' ')));
const urls = fc
  .array(words('http:// postgres:// u:p@ u%40@ host [::1] :80 / a%20b é ? q=1 # f % : @ [ //'), {
    maxLength: 6,
  })
  .map((parts) => JSON.stringify(parts.join('')));
const layouts = fc.oneof(
  words('"2006-01-02" "2006-01-02T15:04:05Z07:00" "3:04PM" "2006-002" "MST-0700"'),
  fc.constantFrom('"Jan _2 15:04:05.000"', '"Monday, 02-Jan-06 15:04 MST"'),
);
const dates = fc.oneof(
  words('"2024-02-29" "2023-02-29" "2024-02-29T10:11:12+02:00" "2024-02-29T25:00:00Z" "2024-366"'),
  words('"3:04PM" "13:00AM" "x" ""'),
  fc.constant('"Feb  3 04:05:06.789"'),
);
const durations = words(
  '"1h" "-1.5h" "90s" "1h1m1.001s" "x" "" "1" "300ms" "99999999h" (int64 95) 60',
);

const otherCall = fc.oneof(
  call('semver', versions),
  call('semverCompare', constraints, versions),
  call('urlParse', urls),
  urls.map((url) => `urlParse ${url} | urlJoin`),
  call('mustToDate toDate', layouts, dates),
  call('date htmlDate', layouts, fc.oneof(anyInt, words('(int64 1720000000) (int64 -86400)'))),
  call(
    'dateInZone',
    layouts,
    anyInt,
    words(
      '"UTC" "Europe/Berlin" "America/New_York" "Asia/Kolkata" "Europe/London" "GMT" "Nowhere"',
    ),
  ),
  call('duration durationRound', durations),
  durations.map((duration) => `mustDateModify ${duration} (toDate "2006" "2024")`),
);

/** A template that calls some functions, the result of one often the argument of the next. */
export const sprigTemplate: fc.Arbitrary<string> = fc
  .tuple(
    fc.oneof(textCall, numberCall, collectionCall, anyCall, otherCall),
    fc.option(words('toJson quote toString typeOf b64enc upper len kindOf'), { nil: 'print' }),
  )
  .map(([inner, outer]) => `{{ ${inner} | ${outer} }}`);
