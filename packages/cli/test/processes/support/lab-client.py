"""A client of the lab's wire that knows http.client and nothing else. Each line of stdin is a request, each of stdout its answer."""
import http.client
import json
import sys

host, port = sys.argv[1], int(sys.argv[2])

for line in sys.stdin:
    path, body, as_utf8 = json.loads(line)
    connection = http.client.HTTPConnection(host, port)
    # A string is sent as ISO-8859-1, without a Content-Type.
    connection.request('GET' if body is None else 'POST', path, body.encode() if as_utf8 else body)
    answer = connection.getresponse()
    print(json.dumps([answer.status, answer.read().decode()]), flush=True)
    connection.close()
