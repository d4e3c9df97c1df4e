import { basename } from 'node:path'
import { string } from '@oclif/core/args'
import { ChatCommand } from '../chat-command.ts'
import { CommandError } from '../failing/command-error.ts'
import { chat, isAlone } from '../program.ts'
import { type Shell, shellScripts, shells } from '../shells/scripts.ts'

const { server, as, room, explain, json } = ChatCommand.baseFlags

export default class Completion extends ChatCommand {
  static override summary = 'Print what lets a shell complete chat commands with Tab'
  static override description =
    'It completes commands, their options and their values: names of rooms, which the server is asked for, names that you use on this computer, and files. Without a shell, it says how to install it. The script asks chat for each word, so that it never has to be replaced.'
  static override examples = [
    { description: 'How to install it', command: `${chat} completion` },
    { description: 'In ~/.bashrc', command: 'eval "$(chat completion bash)"' },
    { description: 'In ~/.zshrc', command: 'eval "$(chat completion zsh)"' },
    { description: 'For fish, once', command: 'chat completion fish > ~/.config/fish/completions/chat.fish' }
  ]
  static override exits = { 0: 'printed', 2: 'there is none for that shell' }
  static override args = { shell: string({ description: 'bash, zsh or fish', ignoreStdin: true }) }
  /** It goes nowhere. */
  static override baseFlags: typeof ChatCommand.baseFlags = {
    server: { ...server, hidden: true },
    as: { ...as, hidden: true },
    room: { ...room, hidden: true },
    json,
    explain: { ...explain, hidden: true }
  }

  async run(): Promise<{ shell: Shell; script: string } | { install: Record<Shell, string> }> {
    const { args } = await this.parse(Completion)
    if (args.shell === undefined) {
      const own = basename(process.env.SHELL ?? '')
      const ordered = [...shells].sort((one, other) => Number(other === own) - Number(one === own))
      const parts = [...toHaveChat(), ...ordered.map((shell) => howTo(shell, shell === own))]
      await this.print(...parts.join('\n\n').split('\n'))
      return { install }
    }
    const shell = shells.find((each) => each === args.shell)
    if (shell === undefined)
      throw CommandError.usage(
        `There is no completion for “${args.shell}”. The shells are bash, zsh and fish: ${chat} completion bash`
      )
    await this.print(...shellScripts[shell].trimEnd().split('\n'))
    return { shell, script: shellScripts[shell] }
  }
}

const install: Record<Shell, string> = {
  bash: 'eval "$(chat completion bash)"',
  zsh: 'eval "$(chat completion zsh)"',
  fish: 'chat completion fish > ~/.config/fish/completions/chat.fish'
}

/** A shell completes a command by its name in the PATH, and “node chat.mjs” or “npx chat” is none. */
function toHaveChat(): string[] {
  if (chat === 'chat') return []
  const line = isAlone
    ? `mkdir -p ~/.local/bin && install -m 755 ${chat.replace(/^node /, '')} ~/.local/bin/chat`
    : 'npm run setup'
  const place = isAlone ? ', in a folder of your PATH' : ''
  return [`Tab completes the command chat. To have it${place}:\n  ${line}`]
}

const places: Record<Shell, string> = {
  bash: 'add this line to ~/.bashrc, then open a new terminal',
  zsh: 'add this line to ~/.zshrc, then open a new terminal',
  fish: 'run this once'
}

const howTo = (shell: Shell, isOwn: boolean): string =>
  `${shell}${isOwn ? ' (your shell)' : ''}: ${places[shell]}:\n  ${install[shell]}`
