"""One making of the datapackage as a process of its own, to be killed. Arguments: the database's URL and the folder."""

import sys
from pathlib import Path

from directory_service.hsds.domain.publication import Publication
from directory_service.hsds.store.package_folder import PackageFolder
from directory_service.hsds.use_cases.make_datapackage import DatapackageMaker
from service_kit.db.engine import Database

DatapackageMaker(Database(sys.argv[1]), PackageFolder(Path(sys.argv[2])), Publication()).tend()
