import { type ProblemCode, problems } from '@tertulia/protocol'
import { contractLinks, exampleBlocks, type Page } from './page.ts'
import { problemCodes, problemLessons, problemLink } from './problems/catalogue.ts'
import { rfcLink } from './rfc.ts'
import { statusLessons, statusLink } from './statuses/catalogue.ts'

export function problemPage(code: ProblemCode): Page {
  const { status, title } = problems[code]
  const { happened, why, remedy, example, rfc } = problemLessons[code]
  const { rfc: rfcOfStatus } = statusLessons[status]
  const more = [statusLink(status, 'the status and its neighbours'), rfcLink(rfcOfStatus), ...(rfc ? [rfcLink(rfc)] : [])]
  return {
    title,
    section: 'Problems',
    sections: [
      { blocks: [`The problem \`${code}\`, with status ${status}.`] },
      { heading: 'What happened', blocks: [happened] },
      { heading: `Why ${status}`, blocks: [why] },
      { heading: 'What to do', blocks: [remedy] },
      ...(example ? [{ heading: 'Example', blocks: exampleBlocks(example) }] : []),
      { heading: 'Read more', blocks: [{ links: more }] }
    ]
  }
}

/** What the page of a problem says, for a program. */
export function problemFacts(code: ProblemCode): object {
  const { rfc, ...lesson } = problemLessons[code]
  const { status, title } = problems[code]
  return { code, status, title, ...lesson, rfcs: [statusLessons[status].rfc, ...(rfc ? [rfc] : [])] }
}

/** Every problem, by its status. */
export const problemList = (): Page => ({
  title: 'Problems',
  section: 'Problems',
  sections: [
    {
      blocks: [
        'When this server refuses a request, the body of the answer is a problem (RFC 9457): `code` names it for programs, `detail` says what happened this time and what to do, and `type` links to one of these pages.',
        contractLinks
      ]
    },
    ...statusesOfProblems.map((status) => ({
      heading: `${status} ${statusLessons[status].name}`,
      blocks: [{ links: problemCodes.filter((code) => problems[code].status === status).map(problemLink) }]
    }))
  ]
})

export const problemListFacts = (): object => ({ problems: problemCodes.map((code) => ({ code, ...problems[code] })) })

const statusesOfProblems = [...new Set(problemCodes.map((code) => problems[code].status))]
