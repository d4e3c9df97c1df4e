import { string as word } from '@oclif/core/args'
import { string } from '@oclif/core/flags'
import type { ChatClient, SearchOptions } from '@tertulia/client'
import type { SearchPage } from '@tertulia/protocol'
import { searchLimitDefault, searchLimitMax } from '@tertulia/protocol/limits'
import { CommandWithoutRoom } from '../command-without-room.ts'
import { wholeNumber } from '../input/whole-number.ts'
import { eventLines, listed } from '../printing/event-lines.ts'
import { writeLines } from '../printing/standard-output.ts'
import { chat } from '../program.ts'

export default class Search extends CommandWithoutRoom {
  static override summary = 'Search the messages of every room that you may read'
  static override description =
    'All words must be in the message, in any order; the last one also matches the beginning of a longer word. Words in double quotes must be next to each other; put single quotes around them for the shell. Case and accents do not matter. The newest text comes first, in the format of chat history.'
  static override examples = [
    { description: 'Messages with both words', command: `${chat} search deploy friday` },
    {
      description: 'Words next to each other, in one room, by one author',
      command: `${chat} search '"see you"' --in ops --from ana`
    },
    { description: 'Number, room and text of up to 200 messages', command: `${chat} search C++20 -n 200 | cut -f 2,3,6` }
  ]
  static override exits = {
    0: 'searched, even if nothing was found',
    2: 'there is no word to search for',
    4: 'there is no such room or user'
  }
  static override args = {
    words: word({ description: 'the words to search for', required: true, multiple: true, ignoreStdin: true })
  }
  static override flags = {
    in: string({ summary: 'Only in this room', helpValue: 'ROOM' }),
    from: string({ summary: 'Only messages by this user', helpValue: 'NAME' }),
    lines: wholeNumber({ char: 'n', summary: 'At most this many messages', min: 1, default: searchLimitDefault, helpValue: 'N' })
  }

  async run(): Promise<SearchPage> {
    const { args, flags } = await this.parse(Search)
    const { client } = await this.signedIn(flags, { ask: false })
    const found = await find(client, args.words.join(' '), flags.lines, { room: flags.in, author: flags.from })
    if (this.format !== 'json') {
      const linesOf = await eventLines(this.format, [...new Set(found.messages.map(({ room }) => room))])
      await writeLines(found.messages.flatMap((message) => linesOf(listed(message))))
      if (found.messages.length === 0) await this.say('No messages found.')
      if (!found.complete) await this.say('The server is rebuilding its index: older messages may be missing.')
    }
    return found
  }
}

/** As many as are wanted, over as many pages as it takes. */
async function find(client: ChatClient, q: string, count: number, where: SearchOptions): Promise<SearchPage> {
  const found: SearchPage = { messages: [], complete: true }
  for await (const { messages, complete } of client.search.pages(q, { ...where, limit: Math.min(count, searchLimitMax) })) {
    found.messages.push(...messages)
    found.complete &&= complete
    if (found.messages.length >= count) break
  }
  return { ...found, messages: found.messages.slice(0, count) }
}
