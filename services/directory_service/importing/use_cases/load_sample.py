"""Load the invented directory of `sample/`: providers, units, prisons, courts and coordinating bodies.

Everything in it is marked as a sample and no phone number can be dialled; only the national helplines on the pages are
real. Loading twice changes nothing.
"""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from directory_service.importing.use_cases.directory_package import read_package
from directory_service.importing.use_cases.import_directory import import_directory
from directory_service.importing.use_cases.import_report import Report
from directory_service.listings.use_cases.write_taxonomies import write_taxonomies
from directory_service.organizations.use_cases.import_districts import import_districts
from service_kit.db.engine import Database

FOLDER = Path(__file__).parents[1] / "sample"

#: The organisations that the sample accounts belong to, by what they are for.
CAST: dict[str, UUID] = {
    "police_unit": UUID("452a37af-b66d-5bf9-bafd-edc3204d9023"),
    "police_unit_other": UUID("dcbb1fa0-8e28-50f5-816a-887460ff8166"),
    "provider": UUID("db596d59-81d9-5b80-946a-75967475b73a"),
    "provider_other": UUID("02d5f9f2-038c-563e-955c-e0435368423c"),
    "prison": UUID("7aff6771-fdf5-5b92-bfc5-e353229c157a"),
    "coordinating_body": UUID("e72bf419-22fc-5d6c-be37-d92338aacb4d"),
    "state_body": UUID("d7d55e75-8275-52da-b6b1-c0a16d4ad794"),
}
#: A service of `CAST["provider"]` that offers OST, and its district (LGD).
SERVICE = UUID("21204aa5-1387-5e70-92a3-91f6fc0deb3d")
DISTRICT = 315


def load_sample(db: Database, now: datetime) -> Report:
    """Districts, taxonomies and the sample package. Runs as the worker's role."""
    with db.transaction() as session:
        import_districts(session, FOLDER / "districts.csv")
        write_taxonomies(session)
    return import_directory(db, read_package(FOLDER / "directory.json"), now)
