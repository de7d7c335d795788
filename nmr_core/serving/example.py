"""A commented configuration to begin with."""

EXAMPLE = """\
# Spin Echo Lab for a team:  spin-echo-lab serve --profile team --config server.toml
# Keys that begin with # show the default or an example.

# Address in the people's browsers. It works at no other: behind a proxy, the proxy's address.
url = "http://localhost:8501"

# data = "/srv/echoes"                  # data folder; default: NMR_DATA, else ./data
# host = "127.0.0.1"                    # listens for the proxy only; "0.0.0.0": for everyone
# port = 8501
# trusted_proxies = ["127.0.0.1"]       # whose X-Forwarded-For is believed
# seats = 0                             # people logged in at once, beside administrators; 0: any
# metrics_token_env = "METRICS_TOKEN"   # opens /metrics to "Authorization: Bearer ..."
# processes = 0                         # web processes, .5 GB each; 0: one per core, at most 4
# watch = ["/mnt/spectrometer"]         # folders whose new measurements everyone may watch

[sessions]
# idle_hours = 72                       # log out after so long without an open page
# days = 7                              # log out after so long in any case

[accounts]
# enabled = true                        # passwords of this server, made by invitation

[audit]
# megabytes = 10                        # size of audit.jsonl at which a new file is begun; 0: never
# files = 20                            # older ones that are kept

[log]
# format = "json"                       # one object per line on stderr; "text" for a terminal
# level = "info"                        # debug, info, warning, error
# requests = false                      # a line per request

[ready]
# free_megabytes = 200                  # /readyz: least free space on the disk
# supervisor_seconds = 60               # /readyz: longest silence while jobs wait or run

# A login service (OpenID Connect). Register there the address  <url>/login/university/callback
# [providers.university]
# title = "University login"
# issuer = "https://login.example.org"
# client_id = "spin-echo-lab"
# client_secret_file = "/run/secrets/university"   # or client_secret_env = "NAME"
# groups = ["nmr-lab"]                  # who may come in: in one of these groups,
# domains = ["example.org"]             # and with a verified address there; or: everyone = true
# admin_groups = ["nmr-admins"]
# groups_claim = "groups"
# scopes = "openid profile email"
"""
