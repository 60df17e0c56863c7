"""nbgitpuller links, one a lesson: a click brings the notebook into a student's folder on the hub and opens it.

    python jupyterhub/links.py https://HUB https://GIT-HOST/YOUR/coursekit [--branch main]

For instructors who teach from a repository of their own. What a student changed is kept when the student clicks again.
"""

import argparse
from urllib.parse import urlencode

from coursekit.lesson_files import lessons_folder


def link(hub, repository, path, branch="main"):
    """The link that pulls a repository on this hub and opens the file at `path` in it."""
    repository = repository.rstrip("/").removesuffix(".git")
    name = repository.rsplit("/", 1)[-1]  # nbgitpuller's name for the folder
    asked = urlencode({"repo": repository, "branch": branch, "urlpath": f"lab/tree/{name}/{path}"})
    return f"{hub.rstrip('/')}/hub/user-redirect/git-pull?{asked}"


def main():
    """Print a line for each lesson: its file and its link."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("hub", help="its address, such as https://hub.example.edu")
    parser.add_argument("repository", help="one that the hub can read without a password")
    parser.add_argument("--branch", default="main", help="(default: %(default)s)")
    options = parser.parse_args()
    for lesson in sorted(lessons_folder().glob("*.ipynb")):
        print(lesson.name, link(options.hub, options.repository, f"lessons/{lesson.name}", options.branch))


if __name__ == "__main__":
    main()
