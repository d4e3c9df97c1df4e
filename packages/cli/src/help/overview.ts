/**
 * `chat` without anything, and `chat --help`. Fixed text, so that it is there before anything else is loaded.
 * @param chat  what to type for this program
 */
export const overview = (chat: string): string => `Group chat over plain HTTP.
USAGE    ${chat} COMMAND [--server URL] [--as NAME] [--room ROOM]
         [--json] [--explain]
TALK     join  send  edit  delete  watch
READ     history  rooms  who  read  search  export
ROOMS    rooms create  rooms set  rooms add  rooms remove
         rooms role  rooms ban  rooms unban
ACCOUNT  login  logout  link  password  whoami  leave
SCRIPTS  ask  run  completion  tokens  tokens create  tokens revoke
         bots  bots create  bots remove
         invite  invite list  invite revoke
EXAMPLES ${chat} join http://203.0.113.9:1543 --as ana
         make 2>&1 | ${chat} send - --tail
         ${chat} watch general ops | cut -f 3,4,6
         ${chat} watch --state ~/.seen --exec ./on-message.sh
HELP     ${chat} help COMMAND
EXIT     0 ok 1 failed 2 usage 3 not allowed 4 not there 5 conflict 6 too fast
         7 no network 8 no answer in time 9 server error
ENV      CHAT_SERVER CHAT_TOKEN CHAT_ROOM CHAT_AS NO_COLOR CHAT_PLAIN
`
