import type { Block, Link, Page } from './page.ts'

/** What of a contract (OpenAPI 3.1) the page shows. */
export interface Contract {
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, Operation>>
}

interface Operation {
  summary: string
  description?: string
  tags: string[]
  /** Empty: no token is asked for. */
  security?: object[]
  parameters?: Parameter[]
  requestBody?: { description?: string; required?: boolean; content: Content }
  responses: Record<string, Answer>
}
interface Parameter {
  name: string
  in: string
  required?: boolean
  description?: string
  example?: string | number
}
type Content = Record<string, { schema: { $ref?: string }; example?: unknown; examples?: Record<string, object> }>
interface Answer {
  description?: string
  headers?: Record<string, object>
  content?: Content
}

/** Everything that can be asked for, for people; `url`: where the paths of the contract begin. */
export const contractPage = ({ tags, paths }: Contract, url: string): Page => ({
  title: 'Contract',
  section: 'Contract',
  sections: [
    {
      blocks: [
        'Everything that you can ask this server, with an example of each. Refusals that any request can meet (a malformed head, a body that is too large, a failure of the server) are not repeated here; see the problems.',
        {
          links: [
            { href: '/openapi.json', text: 'openapi.json', note: 'the same for programs, with every schema' },
            { href: '/problems', text: 'Problems', note: 'why a request was refused' },
            { href: '/docs/status', text: 'Statuses', note: 'what the three digits of an answer mean' }
          ]
        }
      ]
    },
    ...tags.map(({ name, description }) => ({
      heading: `${name}: ${description}`,
      blocks: operationsOf(paths, name).flatMap((operation) => operationBlocks(operation, url))
    }))
  ]
})

interface Placed extends Operation {
  method: string
  path: string
}

/** Each is shown once, under its first tag. */
const operationsOf = (paths: Contract['paths'], tag: string): Placed[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { tags }]) => tags[0] === tag)
      .map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path }))
  )

function operationBlocks(operation: Placed, url: string): Block[] {
  const { method, path, summary, description, security, parameters = [], requestBody, responses } = operation
  const token = security?.length === 0 ? ' It asks for no token.' : ''
  return [
    { subheading: `${method} ${path}` },
    `${summary}. ${description ?? ''}${token}`,
    ...(parameters.length + (requestBody ? 1 : 0) > 0
      ? [{ items: [...parameters.map(parameterText), ...(requestBody ? [bodyText(requestBody)] : [])] }]
      : []),
    { lines: [curl(operation, url)] },
    {
      links: Object.entries(responses)
        .filter(([code]) => /^\d+$/.test(code))
        .map(answerLink)
    }
  ]
}

const parameterText = ({ name, in: place, required, description }: Parameter): string =>
  `\`${name}\`, in the ${place}${required ? '' : ', optional'}${description ? `: ${description}` : ''}`

function bodyText({ description, required, content }: NonNullable<Operation['requestBody']>): string {
  const example = content['application/json']?.example
  const shown = example === undefined ? '' : `: \`${JSON.stringify(example)}\``
  return `the body${required ? '' : ', optional'}, as ${oneOf(Object.keys(content))}${description ? `: ${description}` : shown}`
}

function answerLink([status, { description = '', headers = {}, content = {} }]: [string, Answer]): Link {
  const fields = Object.keys(headers)
  const bodies = Object.entries(content).map(([type, { schema }]) => {
    const name = schema.$ref?.split('/').at(-1)
    return name === undefined ? type : `${name} (${type})`
  })
  const isRefusal = 'application/problem+json' in content
  const parts = [
    description,
    ...(bodies.length > 0 && !isRefusal ? [oneOf(bodies)] : []),
    ...(fields.length > 0 ? [`with ${fields.join(', ')}`] : [])
  ]
  return { href: `/docs/status/${status}`, text: status, note: parts.join('; ') }
}

/** What to type for the example: a token where one is asked for, and the body as JSON where it may be. */
function curl({ method, path, security, parameters = [], requestBody }: Placed, url: string): string {
  const given = parameters.filter(({ example }) => example !== undefined)
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => String(given.find((one) => one.name === name)?.example ?? name))
  const query = given.filter((one) => one.in === 'query').map(({ name, example }) => `${name}=${example}`)
  const { 'application/json': json, 'text/plain': text } = requestBody?.content ?? {}
  const body = json ? `--json '${JSON.stringify(json.example)}'` : text ? `--data-binary '${text.example}'` : ''
  const implied = body === '' ? 'GET' : 'POST'
  const address = `${url}${filled}${query.length > 0 ? `?${query.join('&')}` : ''}`
  return [
    'curl',
    ...(method === implied ? [] : [`-X ${method}`]),
    query.length > 0 ? `'${address}'` : address,
    ...(security?.length === 0 ? [] : ['-H "Authorization: Bearer $CHAT_TOKEN"']),
    ...(body === '' ? [] : [body])
  ].join(' ')
}

const oneOf = (words: readonly string[]): string =>
  [words.slice(0, -1).join(', '), ...words.slice(-1)].filter(Boolean).join(' or ')
