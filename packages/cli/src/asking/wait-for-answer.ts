import type { ChatClient, Followed, FollowNote } from '@tertulia/client'
import type { Answered, Message } from '@tertulia/protocol'
import { messageOf } from '@tertulia/protocol/message-of'
import { ConnectionNews } from '../printing/connection-news.ts'
import { correction, type Question, replyIn } from './question.ts'

export interface WaitOptions {
  /** Cursor of the event that created the question. */
  after: string
  /** Of the message that corrects whoever has not answered, so that it is sent once however often the wait is repeated. */
  correctionKey: string
  /** The connection is lost, or is back. */
  notice(sentence: string): void
  signal: AbortSignal
}

/**
 * Read on from a question until somebody has answered it. A message counts in its present state: one that was deleted does not, one that
 * was edited as it reads now.
 * @returns undefined: the signal was given
 * @throws ProblemError when the room can be read no more
 */
export async function waitForAnswer(
  client: ChatClient,
  question: Question,
  { after, correctionKey, notice, signal }: WaitOptions
): Promise<Answered | undefined> {
  const { room, author } = question.message
  const over = new AbortController()
  let correctionText: string | undefined
  const correct = (miss: Message) => {
    if (correctionText !== undefined) return
    correctionText = correction(miss, question)
    const call = { idempotencyKey: correctionKey, signal: AbortSignal.any([signal, over.signal]), reached: true }
    // Nobody is kept waiting for it, and without it the question stands as well.
    client.messages.post(room, { text: correctionText }, call).catch(() => {})
  }

  const news = new ConnectionNews()
  const tell = (sentence: string | undefined) => sentence !== undefined && notice(sentence)
  try {
    for await (const item of client.follow(room, { after, signal, reached: true })) {
      if (signal.aborted) return undefined
      if (item.type === 'ready') tell(news.found())
      else if (item.type === 'disconnected') tell(news.lost(item))
      const message = isNote(item) ? undefined : messageOf(item)
      const isOurs = message?.author.name === author.name && message.text === correctionText
      if (!message || isOurs) continue
      const reply = replyIn(message, question)
      if (reply?.type === 'answer') return { choice: reply.choice, who: message.author.name, message }
      if (reply?.type === 'miss') correct(message)
    }
    return undefined
  } finally {
    over.abort()
  }
}

const isNote = (item: Followed): item is FollowNote =>
  item.type === 'ready' || item.type === 'synced' || item.type === 'disconnected'
