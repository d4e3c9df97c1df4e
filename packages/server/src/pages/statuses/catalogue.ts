import type { Link } from '../page.ts'
import { clientErrors } from './client-errors.ts'
import { fine } from './fine.ts'
import type { Status, StatusLesson } from './lesson.ts'
import { serverErrors } from './server-errors.ts'

/** A lesson for each status that this server sends: a problem with another status does not compile. */
export const statusLessons: Record<Status, StatusLesson> = { ...fine, ...clientErrors, ...serverErrors }

export const statuses = Object.keys(statusLessons).map((status) => Number(status) as Status)

export const statusFrom = (text: string): Status | undefined => statuses.find((status) => String(status) === text)

export const statusLink = (status: Status, note: string): Link => ({
  href: `/docs/status/${status}`,
  text: `${status} ${statusLessons[status].name}`,
  note
})
