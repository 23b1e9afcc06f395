"""A pytest plugin: the reference's users have a life, all of it findable.

Every member of their profile about a person holds a canary, a word that
stands nowhere else; so do their names and addresses.
"""

import os

from conformance.evidence import personal
from conformance.instance import Credentials
from conformance.reference.api import account_api, users_api
from conformance.targets import users as targets_users

CANARY = "quokka"
shape, new_users = account_api.shape, targets_users.new_users
LISTS = {
    name: [{"title": f"{CANARY} {name}", "id": f"{CANARY}{name}"}]
    for name in ("comments", "equipments", "records", "workout", "workouts")
}
TEXTS = {
    name: f"{CANARY} {name} é/&%"
    for name in personal.MEMBERS
    if name not in {*LISTS, "username", "email"}
}


def planted(contract, part):
    made = shape(contract, part)
    return {**made, **TEXTS, **LISTS} if part in {"profile", "user"} else made


def users():
    made = new_users()
    return type(made)(
        *(
            Credentials(
                email=f"{CANARY}.{user.name}@example.com",
                password=user.password,
                name=f"{CANARY}_{user.name}"
                if user.name != "admin"  # its rights depend on its name
                else user.name,
            )
            for user in made
        )
    )


# Only where a test has the command load it, not where one imports it.
if os.environ.get("MEDDLED_BY") == __name__:
    account_api.shape = users_api.shape = planted
    targets_users.new_users = users
