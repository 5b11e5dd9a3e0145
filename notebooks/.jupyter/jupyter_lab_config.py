"""JupyterLab as ``make lab`` opens it; settings in a researcher's home are neither read over nor written."""

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
