"""JupyterLab as ``make lab`` opens it; settings in a researcher's home are neither read over nor written."""

import os
from pathlib import Path

HERE = Path(__file__).parent
c = get_config()  # noqa: F821 - given by Jupyter

c.LabApp.default_url = "/lab/tree/notebooks/README.md"
# No request leaves the machine.
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.extension_manager = "readonly"
# Open files are remembered here, not among those of other projects.
c.LabApp.workspaces_dir = str(HERE / "workspaces")
# Its kernel lists the names of a module without finding out their types first: that would import all the
# statistics at the first Tab, which takes longer than JupyterLab waits.
os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, (str(HERE), os.environ.get("JUPYTER_PATH"))))
