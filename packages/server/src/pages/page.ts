/** What a page says, whatever its format; `code` between backticks in a text is shown as such. */
export interface Page {
  title: string
  /** Where it belongs, as the head of each page names it. */
  section: 'Problems' | 'Statuses' | 'Contract'
  sections: Section[]
}

export interface Section {
  /** Missing: what comes right under the title. */
  heading?: string
  blocks: Block[]
}

/** A paragraph, a heading below that of the section, lines as they are typed, a list, or one of links. */
export type Block =
  | string
  | { subheading: string }
  | { lines: readonly string[] }
  | { items: readonly string[] }
  | { links: readonly Link[] }

export interface Link {
  /** A path of this server, or the whole address of another one. */
  href: string
  text: string
  /** What is to be known of it before it is followed. */
  note?: string
}

/** What is sent and what comes back, line by line; an answer may leave out the rest of a body: `{"code":"stale", …}`. */
export interface Example {
  request: readonly string[]
  answer: readonly string[]
}

export const exampleBlocks = ({ request, answer }: Example): Block[] => [{ lines: request }, { lines: answer }]

/** From the pages that explain answers to the one that says what can be asked. */
export const contractLinks: Block = {
  links: [{ href: '/docs', text: 'Contract', note: 'everything that can be asked of this server' }]
}
