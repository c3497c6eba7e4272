// Tests the command line: arguments to a command, and what is refused.
import { describe, expect, test } from 'vitest';
import { parseCommand } from '../../plugin/cli.ts';
import { UsageError } from '../../plugin/errors.ts';

describe('what is understood', () => {
  test.each([
    { args: [], expected: { verb: 'render', input: '-' } },
    { args: ['-'], expected: { verb: 'render', input: '-' } },
    { args: ['folder', '-R'], expected: { verb: 'render', input: 'folder', recurse: true } },
    { args: ['render', 'generate'], expected: { verb: 'render', input: 'generate' } },
    { args: ['generate'], expected: { verb: 'generate', input: '.' } },
    { args: ['parameters'], expected: { verb: 'parameters', input: '.' } },
    {
      args: ['exec', '-n', 'shop', '--', 'make', '-n', '--', 'all'],
      expected: {
        verb: 'exec',
        program: ['make', '-n', '--', 'all'],
        flags: { namespace: 'shop' },
      },
    },
    { args: ['discover'], expected: { verb: 'discover', input: '.' } },
    { args: ['validate', 'a.yaml'], expected: { verb: 'validate', input: 'a.yaml' } },
    { args: ['validate', '--no-items'], expected: { verb: 'validate', noItems: true } },
    { args: ['plan'], expected: { verb: 'plan', input: '-' } },
    { args: ['--help', '--nonsense=1'].slice(0, 1), expected: { verb: 'help' } },
    { args: ['--version'], expected: { verb: 'version' } },
    { args: ['completion', 'bash'], expected: { verb: 'completion', shell: 'bash' } },
    { args: ['render', 'completion'], expected: { verb: 'render', input: 'completion' } },
    { args: ['--deadline', '1m30s'], expected: { flags: { deadlineMs: 90_000 } } },
    { args: ['--no-ambient-credentials'], expected: { flags: { ambientCredentials: false } } },
    {
      args: [
        '-n',
        'shop',
        '--allow-empty',
        '--keep-stores',
        '--allow-generic-targets',
        '--controller-class',
        'c',
        '--templates-directory',
        't',
        '--secrets-directory',
        'd',
      ],
      expected: {
        flags: {
          namespace: 'shop',
          allowEmpty: true,
          keepStores: true,
          allowGenericTargets: true,
          controllerClass: 'c',
          secretsDirectory: 'd',
          templatesDirectory: 't',
          deadlineMs: undefined,
          ambientCredentials: undefined,
        },
      },
    },
    { args: [], expected: { flags: { kube: undefined, kubeContext: undefined } } },
    { args: ['--kube'], expected: { flags: { kube: true } } },
    { args: ['--kube-context', 'c'], expected: { flags: { kube: true, kubeContext: 'c' } } },
    { args: ['--kubeconfig', 'k'], expected: { flags: { kube: true, kubeconfig: 'k' } } },
    {
      args: ['--allow-generator', 'STSSessionToken', '--allow-generator=ECRAuthorizationToken'],
      expected: { flags: { allowedGenerators: ['STSSessionToken', 'ECRAuthorizationToken'] } },
    },
    {
      args: ['--store-file', 'a', '--store-file=b', '--config', 'c', '--format', 'json'],
      expected: { storeFiles: ['a', 'b'], config: 'c', format: 'json' },
    },
  ])('$args', ({ args, expected }) => {
    expect(parseCommand(args)).toMatchObject(expected);
  });
});

describe('what is refused, with the argument named', () => {
  test.each([
    { args: ['--nonsense'], named: '--nonsense' },
    { args: ['a', 'b'], named: 'a b' },
    { args: ['generate', 'folder'], named: 'generate' },
    { args: ['parameters', 'folder'], named: 'parameters' },
    { args: ['exec'], named: '"--"' },
    { args: ['exec', 'make'], named: '"--"' },
    { args: ['exec', '--'], named: '"--"' },
    { args: ['exec', 'make', '--', 'all'], named: '"--"' },
    { args: ['--format', 'xml'], named: '"xml"' },
    { args: ['--no-items'], named: '--no-items' },
    { args: ['plan', '--no-items'], named: '--no-items' },
    { args: ['completion'], named: 'bash, zsh, fish' },
    { args: ['completion', 'powershell'], named: '"powershell"' },
    { args: ['--deadline', '1d'], named: '"1d"' },
    { args: ['--deadline', '0'], named: '"0"' },
    { args: ['--deadline=-5s'], named: '"-5s"' },
    { args: ['--allow-generator', 'Password'], named: '"Password"' },
    { args: ['--namespace'], named: '--namespace' },
  ])('$args', ({ args, named }) => {
    expect(() => parseCommand(args)).toThrow(UsageError);
    expect(() => parseCommand(args)).toThrow(named);
  });
});
