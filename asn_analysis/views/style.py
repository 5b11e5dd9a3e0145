"""Colours and axes of every figure, those of the briefs and those of the bench."""

BLUE, RUST, DARK = "#12436D", "#B2480F", "#3D3D3D"  # 4.5:1 and more on white, as text too
TEAL, PLUM, ORANGE, GREY, PALE = "#28A197", "#801650", "#F46A25", "#BFBFBF", "#E4E4E4"
CYCLE = (BLUE, ORANGE, TEAL, PLUM)

AXES = {
    "text.color": DARK,
    "axes.edgecolor": DARK,
    "axes.labelcolor": DARK,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "xtick.color": DARK,
    "ytick.color": DARK,
    "ytick.left": False,
    "grid.color": "#D9D9D9",
}
