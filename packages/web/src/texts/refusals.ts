import type { ProblemCode } from '@tertulia/protocol'
import type { Language } from './words.ts'

/**
 * What the server refuses, by the code of its problem; a body that does not fit, by what in it is wrong. The server speaks English: what is
 * missing here is told in its own words. Some are said otherwise of another than of who reads it.
 */
export const refusals: Readonly<
  Record<Language, Partial<Record<ProblemCode | `${ProblemCode} of another` | `#/${string}`, string>>>
> = {
  en: {
    '#/code': 'This code is wrong, or has been used. Check it, or ask for another.',
    stale: 'It changed in the meantime. Look at it, and try again.'
  },
  es: {
    '#/code': 'Ese código está mal, o ya se usó. Revísalo, o pide otro.',
    '#/name':
      'Ese nombre no vale. Empieza por letra o cifra y sigue con letras, cifras, “.”, “_” o “-”, hasta 32 y sin espacios: por ejemplo, ana-maria. Algunos, como admin, están reservados.',
    '#/password': 'La contraseña debe tener de 8 a 256 caracteres.',
    'name-taken': 'Ese nombre ya está tomado. Elige otro.',
    'sign-in-failed': 'El nombre y la contraseña no coinciden, o el código no existe.',
    'wrong-password': 'Esa no es tu contraseña actual.',
    'invite-not-found': 'Ese código no existe, o fue anulado.',
    'invite-spent': 'Esta invitación ya se usó. Pide otra.',
    'invite-expired': 'Esta invitación caducó. Pide otra.',
    'link-spent': 'Este código ya se usó. Crea otro en un dispositivo donde hayas entrado.',
    'link-expired': 'Este código caducó. Crea otro en un dispositivo donde hayas entrado.',
    'invite-required': 'Aquí hace falta una invitación para registrar un nombre. Si ya tienes uno, entra con él.',
    'registration-closed': 'Aquí nadie puede registrar un nombre por ahora. Si ya tienes uno, entra con él.',
    'not-allowed': 'No tienes permiso para eso.',
    'not-author': 'Solo quien escribió el mensaje puede cambiarlo.',
    'last-owner': 'Solo tú estás a cargo de la sala: antes de salir, pon a cargo a otra persona.',
    'last-owner of another': 'Nadie más está a cargo de la sala: antes, pon a cargo a otra persona.',
    banned: 'Te vetaron en esta sala. Quien la modera puede levantar el veto.',
    'banned of another': 'Tiene vetada esta sala. Levanta antes el veto.',
    'room-archived': 'Esta sala está archivada: se puede leer, no escribir.',
    'room-not-found': 'No hay ninguna sala así, o no puedes verla.',
    'message-not-found': 'No hay ningún mensaje así.',
    'message-deleted': 'El mensaje fue borrado.',
    'message-expired': 'Ese mensaje ya no se guarda.',
    'too-many-rooms': 'Ya no puedes tener más salas.',
    'too-many-rooms of another': 'Ya no puede tener más salas.',
    'too-many-invites': 'Ya hay tantas invitaciones abiertas como puede haber. Anula antes una de ellas.',
    'user-not-found': 'Aquí nadie tiene ese nombre. Míralo bien, o manda una invitación.',
    'member-not-found': 'Esa persona no está en la sala.',
    stale: 'Cambió entretanto. Mira cómo está ahora e inténtalo de nuevo.',
    '#/title': 'De qué trata: hasta 100 caracteres, sin saltos de línea.',
    'rate-limited': 'Demasiadas veces seguidas. Espera un poco e inténtalo de nuevo.',
    busy: 'El servidor está ocupado. Inténtalo de nuevo.',
    overloaded: 'El servidor está ocupado. Inténtalo de nuevo.',
    'storage-full': 'El disco del servidor está lleno. Avisa a quien lo administra.',
    internal: 'Algo falló en el servidor. Avisa a quien lo administra.'
  }
}
