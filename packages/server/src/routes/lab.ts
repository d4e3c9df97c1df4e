import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { type Message, Problem, ref } from '@tertulia/protocol'
import { type AddressLimitOptions, addressLimit } from '../plugins/rate-limits.ts'
import { ChatError } from '../services/chat-error.ts'
import type { LabService } from '../services/lab.ts'

export interface LabRoutesOptions extends Omit<AddressLimitOptions, 'limit'> {
  lab: LabService
}

const shared = { tags: ['lab'], security: [], produces: ['text/plain'] }
const done = Type.String({ description: 'Empty', examples: [''] })
const textType = 'text/plain; charset=utf-8'

/** The wire of the university lab, for its clients as they are: names and texts as bare bodies, of any type or none. */
export const labRoutes: FastifyPluginAsyncTypebox<LabRoutesOptions> = async (app, { lab, ...limits }) => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, bytes, done) => done(null, decoded(bytes as Buffer)))
  app.addHook('onError', (_request, reply, error, done) => {
    // A 401 has to say how to do better (RFC 9110, 11.6.1).
    if (error instanceof ChatError && error.code === 'unauthorized') reply.header('www-authenticate', 'Lab realm="general"')
    done()
  })

  await app.register(async (way: typeof app) => {
    await way.register(addressLimit, { ...limits, limit: 'register' })
    way.post(
      '/user',
      {
        schema: {
          ...shared,
          operationId: 'registerLabUser',
          summary: 'Register the name in the body',
          description: 'There is no token on this wire, so nothing proves the name afterwards.',
          requestText: { description: 'The name', example: 'ana' },
          problems: ['unauthorized', 'invalid-body'],
          response: { 201: done, default: ref(Problem) }
        }
      },
      async (request, reply) => {
        const { name } = await lab.register(bodyOf(request))
        return reply
          .code(201)
          .header('location', `${app.prefix}/v1/users/${encodeURIComponent(name)}`)
          .type(textType)
          .send('')
      }
    )
  })

  await app.register(async (way: typeof app) => {
    await way.register(addressLimit, { ...limits, limit: 'send' })
    way.post(
      '/',
      {
        schema: {
          ...shared,
          tags: [...shared.tags, 'messages'],
          operationId: 'postLabMessage',
          summary: 'Send a message to general: NAME>TEXT',
          description: 'The name was taken with POST /user.',
          requestText: { description: 'The name and the text: NAME>TEXT', example: 'ana>hi' },
          problems: ['unauthorized', 'invalid-body', 'banned', 'room-archived', 'room-not-found'],
          response: { 200: done, default: ref(Problem) }
        }
      },
      async (request, reply) => {
        const body = bodyOf(request)
        const end = body.indexOf('>')
        if (end < 0) throw new ChatError('invalid-body', 'The body must be NAME>TEXT.')
        await lab.say(body.slice(0, end), body.slice(end + 1))
        return reply.type(textType).send('')
      }
    )
  })

  await app.register(async (way: typeof app) => {
    await way.register(addressLimit, { ...limits, limit: 'reads' })
    way.post(
      '/getMsg',
      {
        schema: {
          ...shared,
          operationId: 'collectLabMessages',
          summary: 'What others have written since the last call',
          description: 'The body is your name. Each message is returned once.',
          requestText: { description: 'Your name', example: 'luis' },
          problems: ['unauthorized', 'room-not-found', 'banned'],
          response: {
            200: Type.String({ description: 'Each as a newline and NAME>TEXT', examples: ['\nana>hi'] }),
            default: ref(Problem)
          }
        }
      },
      async (request, reply) => {
        const messages = await lab.collect(bodyOf(request))
        return reply.type(textType).send(messages.map(line).join(''))
      }
    )
  })
}

const bodyOf = ({ body }: { body: unknown }): string => (typeof body === 'string' ? body : '')

/** A line that begins with a name begins a message: further lines of a text are set in, so that no text passes for two. */
const line = ({ author, text }: Message): string => `\n${author.name}>${text?.replace(/\r\n?|\n/g, '\n ')}`

const decoder = new TextDecoder('utf-8', { fatal: true })

/** Python's http.client encodes a string as ISO-8859-1, in which any bytes mean something; UTF-8 seldom happens by chance. */
function decoded(bytes: Buffer): string {
  try {
    return decoder.decode(bytes)
  } catch {
    return bytes.toString('latin1')
  }
}
