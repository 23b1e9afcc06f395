"""The scope tables are made from a release's package."""

import io
import os
import shutil
import tarfile
import zipfile

import pytest
from click.testing import CliRunner

from conformance.catalogue.releases import newest
from conformance.catalogue.scopes import scopes
from conformance.errors import HarnessError, UsageError
from conformance.lists import scope_tables
from conformance.lists.release_routes import read_package, route_facts
from conformance.lists.scope_tables import FOLDER, NAMES, ScopeTable, update

APP = '''
def create_app():
    app = Flask(__name__)
    from .things import things_blueprint
    app.register_blueprint(things_blueprint, url_prefix="/api")
    app.register_blueprint(files_blueprint, url_prefix="/")

    @app.route("/", defaults={"path": ""})
    @limiter.exempt
    def everything(path):
        """Return the page."""

    return app
'''
THINGS = '''
things_blueprint = Blueprint("things", __name__)

@things_blueprint.route("/things", methods=["GET"])
@require_auth(scopes=["things:read"], optional_auth_user=True)
def get_things(auth_user):
    """
    Get things.

    **Scope**: ``things:list`` for OAuth 2.0 clients
    """

@things_blueprint.route("/things/<int:thing_id>", methods=["POST", "PATCH"])
@require_auth(scopes=["things:write"], role=UserRole.ADMIN)
@check_workout()
def write_thing(auth_user, thing_id):
    """Write.

    **Scope**: ``things:write``
    """

@things_blueprint.route("/old-things")
@require_auth(["things:read"], as_admin=True, allow_suspended_user=True)
def old_things(auth_user):
    return {}

@things_blueprint.route("/apps", methods=["DELETE"])
@require_auth()
def delete_app(auth_user):
    """This endpoint is only accessible by FitTrackee client (first-party
    application)."""

@files_blueprint.route("/files/<name>")
@limiter.exempt
def get_file(name):
    """Return a file."""
'''
SCOPES = "VALID_SCOPES = " + repr([*scopes("2.0.0")])
MADE = {
    ("GET", "/"): ("PUBLIC", "", False, True),
    ("DELETE", "/api/apps"): ("FIRST_PARTY", "FIRST_PARTY", False, False),
    ("GET", "/api/old-things"): ("things:read|admin", "", True, False),
    ("GET", "/api/things"): ("things:read|opt", "things:list", False, False),
    ("PATCH", "/api/things/<int:thing_id>"): (
        "things:write|admin",
        "things:write",
        False,
        False,
    ),
    ("POST", "/api/things/<int:thing_id>"): (
        "things:write|admin",
        "things:write",
        False,
        False,
    ),
    ("GET", "/files/<name>"): ("PUBLIC", "(none stated)", False, True),
}


@pytest.fixture
def wheel(tmp_path):
    """Return the wheel of a made-up release."""

    def make(things=THINGS, version="2.0.0"):
        file = tmp_path / f"fittrackee-{version}-py3-none-any.whl"
        with zipfile.ZipFile(file, "w") as content:
            content.writestr("fittrackee/__init__.py", APP)
            content.writestr("fittrackee/things.py", things)
            content.writestr("fittrackee/oauth2/client.py", SCOPES)
            content.writestr("fittrackee/tests/broken.py", "def (")
            content.writestr("fittrackee/dist/app.js", "")
        return file

    return make


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "tables"
    made.mkdir()
    (made / "declared.csv").write_text(
        "method,path,1.0.0,allow_suspended_1.0.0\r\n"
        "GET,/api/gone,PUBLIC,False\r\n"
        "PATCH,/api/things/<int:number>,things:write|admin,False\r\n"
    )
    (made / "documented.csv").write_text(
        "method,path,1.0.0\r\nPATCH,/api/things/<int:number>,things:write\r\n"
    )
    return made


def found(facts):
    return {
        (f.method, f.path): (
            f.declared,
            f.documented,
            f.allow_suspended,
            f.rate_limit_exempt,
        )
        for f in facts
    }


def test_facts_of_a_wheel(wheel):
    package = read_package(wheel())
    assert package.version == "2.0.0"
    facts = route_facts(package)
    assert found(facts) == MADE
    assert facts == sorted(facts, key=lambda f: (f.path, f.method))


def test_facts_of_an_sdist(tmp_path):
    file = tmp_path / "fittrackee-2.0.0.tar.gz"
    with tarfile.open(file, "w:gz") as sdist:
        for name, text in (("__init__.py", APP), ("things.py", THINGS)):
            member = tarfile.TarInfo(f"fittrackee-2.0.0/fittrackee/{name}")
            member.size = len(text)
            sdist.addfile(member, io.BytesIO(text.encode()))
    assert found(route_facts(read_package(file))) == MADE


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"/old-things"', "PATH", "old_things: PATH is not a plain value"),
        ("@check_workout()", "@must_own()", "write_thing: @must_own is unk"),
        ("as_admin=", "as_root=", "old_things: as_root= is unknown"),
        ('["things:read"], as', '["a", "b"], as', "several scopes"),
        ("@files_bl", "@file_bl", "get_file: file_blueprint is not regis"),
    ],
)
def test_what_cannot_be_read_is_named(wheel, old, new, message):
    assert old in THINGS
    package = read_package(wheel(THINGS.replace(old, new)))
    with pytest.raises(UsageError, match=message) as caught:
        route_facts(package)
    assert caught.value.message.startswith("fittrackee/things.py:")
    assert "\n" not in caught.value.message


def test_a_release_gets_its_columns(wheel, folder):
    lines = update(wheel(), folder, check=False)
    assert (
        "declared.csv: GET /api/gone: PUBLIC in 1.0.0, nothing in 2.0.0"
    ) in lines
    assert not any("PATCH" in line for line in lines)
    declared = (folder / "declared.csv").read_text().splitlines()
    assert declared[0] == (
        "method,path,1.0.0,2.0.0,allow_suspended_1.0.0,"
        "allow_suspended_2.0.0,rate_limit_exempt_2.0.0"
    )
    assert (
        "PATCH,/api/things/<int:number>,things:write|admin,"
        "things:write|admin,False,False,False"
    ) in declared
    assert "GET,/api/gone,PUBLIC,,False,," in declared
    assert update(wheel(), folder, check=True) == []


def test_check_says_what_is_wrong_and_writes_nothing(wheel, folder):
    update(wheel(), folder, check=False)
    before = (folder / "declared.csv").read_bytes()
    other = wheel(THINGS.replace('"things:write"', '"profile:write"'))
    assert update(other, folder, check=True) == [
        f"declared.csv: 2.0.0: {method} /api/things/<>: "
        "things:write|admin in the table, profile:write|admin in the release"
        for method in ("PATCH", "POST")
    ]
    assert (folder / "declared.csv").read_bytes() == before


def test_scopes_are_compared_with_the_table_of_releases(wheel, folder):
    file = wheel()
    with zipfile.ZipFile(file, "w") as content:
        content.writestr("fittrackee/__init__.py", APP)
        content.writestr("fittrackee/things.py", THINGS)
        first, *others = scopes("2.0.0")
        listed = ["new:read", *others]
        content.writestr("fittrackee/o.py", f"VALID_SCOPES = {listed}")
    wrong, missing = update(file, folder, check=False)[-2:]
    assert wrong.endswith(f"{first}: listed, but not in the release")
    assert missing.endswith("new:read: not listed, but in the release")


@pytest.mark.parametrize("name", NAMES)
def test_tables_are_written_as_they_were_read(tmp_path, name):
    shutil.copy(FOLDER / name, tmp_path)
    ScopeTable.read(tmp_path / name).write()
    assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nope.whl"], "nope.whl: not a wheel or sdist of FitTrackee"),
        (["fittrackee-2.0.0-py3-none-any.whl"], "cannot be read: "),
    ],
)
def test_errors_are_one_line(words, message):
    done = CliRunner().invoke(scope_tables.main, words)
    assert done.exit_code == 2
    assert message in done.output
    assert len(done.output.splitlines()) == 1


def test_tables_say_what_the_newest_release_does(tmp_path):
    """Needs the package index or pip's cache, as CI has."""
    try:
        wheel = scope_tables.download(newest(), tmp_path)
    except HarnessError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
    assert update(wheel, FOLDER, check=True) == []
