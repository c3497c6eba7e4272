// Owns our words for what the YAML parser refuses: its own may quote the document, and so a secret.
import type { ErrorCode } from 'yaml';

export const syntaxMessages: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias (*name) takes no anchor and no tag',
  BAD_ALIAS: 'this alias (*name) has no name, or no anchor (&name) before it',
  BAD_COLLECTION_TYPE: 'the tag does not fit this map or list',
  BAD_DIRECTIVE: 'this directive (%…) is not one that YAML knows',
  BAD_DQ_ESCAPE:
    'this escape (\\…) is not one that a double-quoted text may have: double the backslash, or use single quotes',
  BAD_INDENT: 'wrong indentation',
  BAD_PROP_ORDER: 'an anchor or tag stands in the wrong place',
  BAD_SCALAR_START: 'a plain text cannot begin with this character: quote it',
  BLOCK_AS_IMPLICIT_KEY:
    'a map or list cannot begin on the line of a key like this: quote the text, or begin a new line',
  BLOCK_IN_FLOW: 'a block (by indentation) cannot stand inside { } or [ ]',
  DUPLICATE_KEY: 'a key is there twice',
  IMPOSSIBLE: 'this is not valid YAML',
  KEY_OVER_1024_CHARS:
    'a key has more than 1024 characters: a bracket or quote is probably not closed',
  MISSING_CHAR:
    'something is missing here: a closing bracket or quote, a colon, a comma or a space',
  MULTILINE_IMPLICIT_KEY:
    'a key goes over more than one line: a bracket or quote is probably not closed, or a colon is missing',
  MULTIPLE_ANCHORS: 'one anchor (&name) at most',
  MULTIPLE_DOCS: 'a second document begins here without a marker',
  MULTIPLE_TAGS: 'one tag (!name) at most',
  NON_STRING_KEY: 'a key must be text',
  RESOURCE_EXHAUSTION: 'nested deeper than can be read',
  TAB_AS_INDENT: 'a tab in the indentation: use spaces',
  TAG_RESOLVE_FAILED: 'the value does not fit its tag',
  UNEXPECTED_TOKEN:
    'this does not belong here: a wrong indentation, or something that is not closed',
};
