// Owns what the command says of itself: help, version, completions. Each text loads when it is asked for.
import type { AboutCommand } from './cli.ts';

export async function aboutText(command: AboutCommand): Promise<string> {
  switch (command.verb) {
    case 'help':
      return (await import('./help.ts')).helpText();
    case 'version':
      return (await import('./version.ts')).versionText();
    case 'completion':
      return (await import('./completion.ts')).completionText(command.shell);
  }
}
