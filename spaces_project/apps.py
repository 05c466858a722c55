"""Django's admin, with the site of our own."""

from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    """The admin, behind the product's own sign-in and a second factor."""

    default_site = "spaces_project.staff_site.StaffSite"
