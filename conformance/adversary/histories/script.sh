# The beginning of every script that repeats a history.
scratch=$(umask 077 && mktemp -d) || exit 2
apps=
trap clean_up EXIT
trap 'exit 2' HUP INT TERM

clean_up() { # deletes the apps that the script registered
  for app in $apps; do
    curl -sS -o "$scratch/response" -X DELETE -H @"$scratch/${app%/*}" \
      "$FITTRACKEE_URL/api/oauth/apps/${app#*/}"
  done
  rm -rf "$scratch"
}
give_up() {
  echo "not tried: $1" >&2
  exit 2
}
send() { # stores the response and prints its status
  : > "$scratch/response"
  status=$(curl -sS -o "$scratch/response" -w '%{http_code}' "$@") ||
    give_up 'no response'
  echo "   $status"
}
text() { # prints a member of the last response
  sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p" "$scratch/response"
}
number() {
  sed -n "s/.*\"$1\" *: *\([0-9][0-9]*\).*/\1/p" "$scratch/response"
}
code() { # prints the code in the redirection
  sed -n 's/.*[?&6]code=\([^&"\\#]*\).*/\1/p' "$scratch/response"
}
need() { # stops if a value that later steps need is missing
  [ "$1" ] || give_up 'the last response lacks what the next steps need'
}
got_tokens() {
  [ "$status" = 200 ] && [ "$(text access_token)" ]
}
accepted() { # neither 401, 403 nor a server error
  [ "$status" -lt 500 ] && [ "$status" != 401 ] && [ "$status" != 403 ]
}
contains() {
  grep -q -e "$1" "$scratch/response"
}
quoted() {
  printf '%s' "$1" | sed 's/\\/\\\\/g; s/"/\\"/g'
}
log_in() { # NAME EMAIL PASSWORD: stores the session's headers for curl
  printf '{"email": "%s", "password": "%s"}' \
    "$(quoted "$2")" "$(quoted "$3")" > "$scratch/user"
  send -D "$scratch/head" -H 'Content-Type: application/json' \
    --data-binary @"$scratch/user" "$FITTRACKEE_URL/api/auth/login"
  token=$(text auth_token)
  if [ "$token" ]; then
    echo "Authorization: Bearer $token" # to 1.3.5
  else
    tr -d '\r' < "$scratch/head" | # from 1.3.6: cookies and a CSRF token
      sed -n 's/^[Ss]et-[Cc]ookie: *\([^;]*\).*/\1/p' > "$scratch/cookies"
    echo "Cookie: $(paste -s -d ';' "$scratch/cookies")"
    sed -n 's/^csrf_access_token=/X-CSRF-TOKEN: /p' "$scratch/cookies"
  fi > "$scratch/$1"
  [ "$token" ] || grep -q access_token_cookie "$scratch/cookies" ||
    give_up "the login as $2 was refused"
}
