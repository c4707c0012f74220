"""A real SMTP server: STARTTLS and AUTH required. Prints its port, then each letter as a line of JSON.

    smtp_server.py CERTIFICATE KEY USER PASSWORD
"""

import json
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword, SMTP


def say(value):
    print(json.dumps(value), flush=True)


class Letters:
    async def handle_DATA(self, server, session, envelope):
        say(
            {
                "from": envelope.mail_from,
                "to": envelope.rcpt_tos,
                "tls": session.ssl is not None,
                "login": session.auth_data.login.decode() if session.auth_data else None,
                "letter": envelope.content.decode(),
            }
        )
        return "250 Message accepted for delivery"


class Server(Controller):
    def __init__(self, certificate, key, user, password):
        super().__init__(Letters(), hostname="127.0.0.1", port=0)
        self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.tls.load_cert_chain(certificate, key)
        self.credentials = LoginPassword(user.encode(), password.encode())

    def authenticate(self, server, session, envelope, mechanism, given):
        return AuthResult(success=given == self.credentials, auth_data=given)

    def factory(self):
        return SMTP(
            self.handler,
            hostname="localhost",
            tls_context=self.tls,
            require_starttls=True,
            auth_required=True,
            authenticator=self.authenticate,
        )

    def _trigger_server(self):
        # The port is the kernel's choice; the controller would try to connect to port 0.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


server = Server(*sys.argv[1:])
server.start()
say({"port": server.port})
# Whoever started this ends it by closing its input.
sys.stdin.read()
server.stop()
