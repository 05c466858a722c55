"""Settings, all of them from the environment with safe defaults; one module per subject.

`.env.example` lists every variable. With `DEBUG` off, a missing secret stops the start with its name.
"""

from spaces_project.settings.core import *
from spaces_project.settings.accounts import *
from spaces_project.settings.api import *
from spaces_project.settings.delivery import *
from spaces_project.settings.flags import *
from spaces_project.settings.insights import *
from spaces_project.settings.integrations import *
from spaces_project.settings.limits import *
from spaces_project.settings.live import *
from spaces_project.settings.money import *
from spaces_project.settings.operation import *
from spaces_project.settings.own_data import *
from spaces_project.settings.product import *
from spaces_project.settings.recordings import *
from spaces_project.settings.stripe import *
from spaces_project.settings.security import *
