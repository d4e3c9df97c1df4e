/** What a page says, before it has a face; `code` between backticks in a text is shown as such. */
export interface Page {
  title: string
  sections: Section[]
}

export interface Section {
  /** Missing: what comes right under the title. */
  heading?: string
  blocks: Block[]
}

/** A paragraph, lines as they are typed, or a list of links. */
export type Block = string | { lines: readonly string[] } | { links: readonly Link[] }

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
