import { problems } from '@tertulia/protocol'
import { contractLinks, exampleBlocks, type Page, type Section } from './page.ts'
import { problemCodes, problemLink } from './problems/catalogue.ts'
import { rfcLink } from './rfc.ts'
import { statuses, statusLessons, statusLink } from './statuses/catalogue.ts'
import { classes } from './statuses/classes.ts'
import type { Status } from './statuses/lesson.ts'

export function statusPage(status: Status): Page {
  const { name, means, here, neighbours, example, rfc } = statusLessons[status]
  const codes = codesWith(status)
  return {
    title: `${status} ${name}`,
    section: 'Statuses',
    sections: [
      { heading: 'What it means', blocks: [means] },
      { heading: 'When this server sends it', blocks: [here] },
      ...(example ? [{ heading: 'Example', blocks: exampleBlocks(example) }] : []),
      {
        heading: 'Its neighbours',
        blocks: [{ links: Object.entries(neighbours).map(([other, note]) => statusLink(Number(other) as Status, note)) }]
      },
      ...(codes.length > 0 ? [{ heading: 'Problems with this status', blocks: [{ links: codes.map(problemLink) }] }] : []),
      { heading: 'Read more', blocks: [{ links: [rfcLink(rfc)] }] }
    ]
  }
}

/** What the page of a status says, for a program. */
export function statusFacts(status: Status): object {
  const { rfc, ...lesson } = statusLessons[status]
  return { status, ...lesson, problems: codesWith(status), rfcs: [rfc] }
}

/** The five classes, and what of them this server sends. */
export const statusList = (): Page => ({
  title: 'Statuses',
  section: 'Statuses',
  sections: [
    {
      blocks: [
        'Every HTTP answer begins with three digits. The first one says what kind of answer it is; a program that does not know a status treats it as the x00 of its class. These are the statuses that this server sends.',
        contractLinks
      ]
    },
    ...Object.entries(classes).map(
      ([digit, { name, means }]): Section => ({
        heading: `${digit}xx ${name}`,
        blocks: [means, { links: inClass(digit).map((status) => statusLink(status, statusLessons[status].means)) }]
      })
    )
  ]
})

export const statusListFacts = (): object => ({
  classes: Object.entries(classes).map(([digit, about]) => ({ ...about, statuses: inClass(digit) }))
})

const inClass = (digit: string): Status[] => statuses.filter((status) => String(status).startsWith(digit))

const codesWith = (status: Status) => problemCodes.filter((code) => problems[code].status === status)
