import { chat, chatServer } from '../program.ts'

const escaped = (words: string) => words.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
const program = `(?:iconv .*? \\| |(?:CHAT_[A-Z]+=\\S+ )*)(?:${escaped(chat)}|${escaped(chatServer)}) `
const tail = new RegExp(`^(.*?:) (${program}.*)$`, 's')

/** What a text says, and the command line at its end that people are to copy: `Choose one: chat join --as NAME`. */
export function commandTail(text: string): { before: string; command: string } | undefined {
  const [, before, command] = tail.exec(text) ?? []
  return before === undefined || command === undefined ? undefined : { before, command }
}
