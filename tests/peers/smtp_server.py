"""A real SMTP server: TLS and AUTH required. Prints its port, then each letter as a line of JSON.

    smtp_server.py starttls|implicit CERTIFICATE KEY USER PASSWORD
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
                "tls": server.transport.get_extra_info("ssl_object") is not None,
                "login": session.auth_data.login.decode() if session.auth_data else None,
                "letter": envelope.content.decode(),
            }
        )
        return "250 Message accepted for delivery"


class Server(Controller):
    def __init__(self, mode, certificate, key, user, password):
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate, key)
        self.starttls = tls if mode == "starttls" else None
        implicit = tls if mode == "implicit" else None
        super().__init__(Letters(), hostname="127.0.0.1", port=0, ssl_context=implicit)
        self.credentials = LoginPassword(user.encode(), password.encode())

    def authenticate(self, server, session, envelope, mechanism, given):
        return AuthResult(success=given == self.credentials, auth_data=given)

    def factory(self):
        return SMTP(
            self.handler,
            hostname="localhost",
            tls_context=self.starttls,
            require_starttls=self.starttls is not None,
            auth_required=True,
            # With implicit TLS there is no STARTTLS to wait for.
            auth_require_tls=self.starttls is not None,
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
