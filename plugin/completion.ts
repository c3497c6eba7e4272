// Owns the completions for shells, made of the description of the command line.
import {
  type OptionDescription,
  optionList,
  type shells,
  type Value,
  verbList,
} from './command-line.ts';

type Shell = (typeof shells)[number];
type Completes = Value['completes'];

/** A script that the shell reads: `source <(eso-render completion bash)`. */
export function completionText(shell: Shell): string {
  switch (shell) {
    case 'bash':
      return bash();
    case 'zsh':
      return zsh();
    case 'fish':
      return fish();
  }
}

const verbNames = verbList()
  .map(({ name }) => name)
  .join(' ');

/** The words of an option on a command line: `--namespace`, `-n`. */
function wordsOf(name: string, { short }: OptionDescription): readonly string[] {
  return short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function bash(): string {
  const flags = optionList().flatMap(([name, option]) => wordsOf(name, option));
  const values = optionList().flatMap(([name, option]) =>
    option.value === undefined
      ? []
      : [`    ${wordsOf(name, option).join('|')}) ${bashReply(option.value.completes)}; return ;;`],
  );
  const inputs = verbList().map(({ name, completes }) => `    ${name}) ${bashReply(completes)} ;;`);
  return `# bash completion of eso-render: source <(eso-render completion bash)
_eso_render() {
  local IFS=$'\\n' cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  # --option=value comes as three words.
  if [[ $cur == '=' ]]; then
    cur=
  elif [[ $prev == '=' && COMP_CWORD -gt 1 ]]; then
    prev=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  case $prev in
${values.join('\n')}
  esac
  if [[ $cur == -* ]]; then
    ${bashReply(flags)}
    return
  fi
  case \${COMP_WORDS[1]} in
    "$cur") ${bashReply(verbNames.split(' '))}
      COMPREPLY+=($(compgen -f -- "$cur")) ;;
${inputs.join('\n')}
    *) ${bashReply('file')} ;;
  esac
}
complete -o filenames -F _eso_render eso-render
`;
}

function bashReply(completes: Completes): string {
  if (completes === 'nothing') return ':';
  if (completes === 'file') return 'COMPREPLY=($(compgen -f -- "$cur"))';
  if (completes === 'folder') return 'COMPREPLY=($(compgen -d -- "$cur"))';
  return `COMPREPLY=($(compgen -W $'${completes.join(String.raw`\n`)}' -- "$cur"))`;
}

function zsh(): string {
  const flags = optionList().map(([name, option]) => {
    const words = wordsOf(name, option);
    const others = option.multiple === true ? '*' : `(${words.join(' ')})`;
    const spelled = words.length === 1 ? `${words[0]}` : `{${words.join(',')}}`;
    const what = `[${option.help.replaceAll(/[[\]]/g, String.raw`\$&`)}]${zshValue(option.value)}`;
    return `    ${quoted(others)}${spelled}${quoted(what)} \\`;
  });
  const described = verbList().map(({ name, help }) => `    ${quoted(`${name}:${help}`)}`);
  const inputs = verbList().map(({ name, completes }) => `    ${name}) ${zshAction(completes)} ;;`);
  return `#compdef eso-render
_eso_render_first() {
  local -a verbs
  verbs=(
${described.join('\n')}
  )
  _describe -t verbs verb verbs
  _files
}
_eso_render_second() {
  case $line[1] in
${inputs.join('\n')}
  esac
}
_eso_render() {
  local -a line
  _arguments -s -S \\
${flags.join('\n')}
    '1:verb or input:_eso_render_first' \\
    '2:input:_eso_render_second'
}
if [[ $funcstack[1] == _eso_render ]]; then _eso_render "$@"; else compdef _eso_render eso-render; fi
`;
}

function zshValue(value: Value | undefined): string {
  return value === undefined ? '' : `:${value.name}:${zshSpec(value.completes)}`;
}

function zshSpec(completes: Completes): string {
  if (completes === 'nothing') return ' ';
  if (completes === 'file') return '_files';
  if (completes === 'folder') return '_files -/';
  return `(${completes.join(' ')})`;
}

function zshAction(completes: Completes): string {
  if (completes === 'nothing') return ':';
  return typeof completes === 'string' ? zshSpec(completes) : `compadd ${completes.join(' ')}`;
}

function fish(): string {
  const first = '__fish_use_subcommand';
  return [
    '# fish completion of eso-render: eso-render completion fish | source',
    ...verbList().map(
      ({ name, help }) => `complete -c eso-render -n ${first} -a ${name} -d ${quoted(help)}`,
    ),
    ...verbList().map(
      ({ name, completes }) =>
        `complete -c eso-render -n '__fish_seen_subcommand_from ${name}'${fishArguments(completes)}`,
    ),
    ...optionList().map(([name, { short, value, help }]) => {
      const letter = short === undefined ? '' : ` -s ${short}`;
      const argument = value === undefined ? '' : ` -r${fishArguments(value.completes)}`;
      return `complete -c eso-render -l ${name}${letter}${argument} -d ${quoted(help)}`;
    }),
    '',
  ].join('\n');
}

function fishArguments(completes: Completes): string {
  if (completes === 'nothing') return ' -f';
  if (completes === 'file') return ' -F';
  if (completes === 'folder') return " -f -a '(__fish_complete_directories)'";
  return ` -f -a ${quoted(completes.join(' '))}`;
}
